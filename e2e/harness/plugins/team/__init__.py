"""What the fixtures of a team's own tests do, where hotmic is installed beside them (e2e/command/plugin.py).

browsers.py   a browser of hotmic's own for each reach; the team's other tests keep theirs
stories.py    a test's story: played in a page, judged at its end
"""
