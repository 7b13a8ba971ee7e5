"""Which options of pytest and its plugins take a value: the word after one of these names no test.

The commands run before pytest is installed and cannot ask it; tests/setup/test_pytest_options.py does.
"""

WITH_VALUE = frozenset(
    """
    -W -c -k -m -n -o -p -r
    --budget --connect --departures --gate --report --schedule --scenarios --seed --shard --test
    --anyio-mode --assert --base-url --basetemp --browser --browser-channel --cache-show --capture --code-highlight
    --color --confcutdir --config-file --cov --cov-config --cov-context --cov-fail-under --cov-precision --cov-report
    --debug --deselect --device --dist --doctest-glob --doctest-report --durations --durations-min
    --hypothesis-profile --hypothesis-seed --hypothesis-verbosity --ignore --ignore-glob --import-mode
    --junit-prefix --junit-xml --junitprefix --junitxml --last-failed-no-failures --lfnf --log-auto-indent
    --log-cli-date-format --log-cli-format --log-cli-level --log-date-format --log-disable --log-file
    --log-file-date-format --log-file-format --log-file-level --log-file-mode --log-format --log-level
    --max-warnings --max-worker-restart --maxfail --maxprocesses --maxschedchunk --numprocesses --output
    --override-ini --pastebin --pdbcls --playwright-debug --px --pythonwarnings --report-chars --rootdir --rsyncdir
    --rsyncignore --screenshot --show-capture --slowmo --tb --testrunuid --tracing --tx --verbosity --video
    """.split()
)
