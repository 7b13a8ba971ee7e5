"""The harness as pytest plugins: fixtures, options, outcome."""
