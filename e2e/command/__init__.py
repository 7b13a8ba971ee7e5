"""The installed command `hotmic` and its pytest plugin: in a wheel this folder is the package `hotmic`.

main.py       the command; __main__.py: `python -m hotmic`
plugin.py     the fixtures of a team's own tests
hiding.py     whether another package has the name of one of hotmic's
pytest.toml   pytest's settings of `hotmic judge`

Nothing here imports `e2e` or `mock_server` before it is asked for something: a project may have folders of these names.
"""
