"""Unified diffs: what applies, and the message for each that cannot be parsed or does not fit."""

from difflib import unified_diff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from e2e.harness.mutants.patch import BadPatch, apply_patch, parse_patch

TEXT = "one\ntwo\nthree\nfour\nfive\n"
DIFF = """--- a/x.js
+++ b/x.js
@@ -2,3 +2,3 @@
 two
-three
+drei
 four
"""
PATCHED = "one\ntwo\ndrei\nfour\nfive\n"


def patched(text: str, diff: str) -> str:
    (patch,) = parse_patch(diff)
    return apply_patch(text, patch)


def refusal(text: str, diff: str) -> str:
    with pytest.raises(BadPatch) as error:
        patched(text, diff)
    return str(error.value)


# ---- what applies


LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "  c;\n", "\n", "+d\n", "-e\n", "--- f\n", "# g\n", "\u2028\n"]), min_size=1
)


@given(LINES, LINES, st.integers(1, 3))
def test_the_difference_of_two_texts_makes_one_from_the_other(old: list[str], new: list[str], context: int) -> None:
    diff = "".join(unified_diff(old, new, "a/x.js", "b/x.js", n=context))
    patches = parse_patch(diff)
    assert [patch.file for patch in patches] == (["x.js"] if old != new else [])
    for patch in patches:
        assert apply_patch("".join(old), patch) == "".join(new)


@pytest.mark.parametrize(
    "diff",
    [
        f"diff --git a/x.js b/x.js\nindex 0123abc..456def0 100644\n{DIFF}",
        f"{DIFF}\n# a comment\n",
        DIFF.replace("a/x.js", "x.js").replace("b/x.js", "x.js"),
        DIFF.replace("@@\n", "@@ function three() {\n"),
        DIFF.removesuffix("\n"),
    ],
    ids=["as git writes it", "with a comment", "without prefixes", "with a section", "without a last line break"],
)
def test_a_diff_may_be_written(diff: str) -> None:
    assert patched(TEXT, diff) == PATCHED


def test_an_unchanged_blank_line_needs_no_blank_before_it() -> None:
    assert patched("one\n\ntwo\n", "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n one\n\n-two\n") == "one\n\n"


def test_lines_added_above_a_hunk_do_not_matter() -> None:
    assert patched(f"zero\n{TEXT}", DIFF) == f"zero\n{PATCHED}"


def test_a_hunk_applies_at_the_line_that_it_names_though_others_are_the_same() -> None:
    assert patched(TEXT + TEXT, DIFF) == PATCHED + TEXT
    assert patched(TEXT + TEXT, DIFF.replace("-2,3 +2,3", "-7,3 +7,3")) == TEXT + PATCHED


def test_the_last_line_of_a_file_may_lack_its_line_break() -> None:
    assert patched(f"{TEXT}six", DIFF) == f"{PATCHED}six"


# ---- what does not fit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEXT.replace("three", "threes"),
            "line 5: expected line 3 of x.js to be\nthree\nand it is\nthrees",
        ),
        (
            "one\ntwo\nfour\nfive\nthree;\n",
            "line 5: expected line 3 of x.js to be\nthree\nand it is\nfour\nnear it, line 5:\nthree;",
        ),
        (
            "zero\none\ntwo\nzebra\nfour\n",
            "line 5: expected line 4 of x.js to be\nthree\nand it is\nzebra\nno line of x.js is like it",
        ),
        (
            "one\ntwo\nthree\n",
            "line 7: expected line 4 of x.js to be\nfour\nand the file has no such line\nno line of x.js is like it",
        ),
        ("", "line 4: expected line 1 of x.js to be\ntwo\nand the file has no such line\nno line of x.js is like it"),
        (
            f"zero\n{TEXT}{TEXT}",
            "line 4: this hunk fits x.js at lines 3, 8, and not at line 2, which it names",
        ),
    ],
    ids=["another line", "moved", "nothing like it", "past the end", "empty file", "two places"],
)
def test_a_hunk_that_does_not_fit_is_refused(text: str, message: str) -> None:
    assert refusal(text, DIFF) == message


def test_hunks_are_in_the_order_of_the_file() -> None:
    diff = f"{DIFF}@@ -1,2 +1,2 @@\n-one\n+eins\n two\n"
    assert refusal(TEXT, diff).startswith("line 9: expected line 5 of x.js to be\none\nand it is\nfive")


# ---- what is no diff


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-2,3 +2,3", "-2,2 +2,2", "line 17: ' four' is outside of a hunk. A hunk is '@@ -line,count +line,count @@'"),
        ("-2,3 +2,3", "-2,9 +2,9", "line 17: Hunk is shorter than expected. A hunk is"),
        ("-2,3 +2,3", "-2,2 +2,3", "line 17: Hunk is longer than expected. A hunk is"),
        ("-three", "three", "line 15: Hunk diff line expected: three. A hunk is"),
        ("--- a/x.js\n", "", "line 11: Target without source: +++ b/x.js. A hunk is"),
        ("+++ b/x.js\n", "", "line 12: Unexpected hunk found: @@ -2,3 +2,3 @@. A hunk is"),
        (" four\n", " four\nstray\n", "line 18: 'stray' is outside of a hunk. A hunk is"),
        ("--- a/x.js", "--- /dev/null", "line 12: x.js would be added, removed or renamed; a patch changes files that"),
        ("+++ b/x.js", "+++ /dev/null", "line 12: x.js would be added, removed or renamed; a patch changes files that"),
        ("+++ b/x.js", "+++ b/y.js", "line 12: y.js would be added, removed or renamed; a patch changes files that"),
        (
            DIFF[DIFF.index("@@") :],
            "@@ -2,0 +3 @@\n+drei\n",
            "line 12: a hunk for x.js has no line of that file, so that its place is not sure",
        ),
        (
            " four\n",
            " four\n\\ No newline at end of file\n",
            "line 18: '\\ No newline at end of file': a file ends with a line break before and after a patch",
        ),
    ],
)
def test_what_is_no_diff_is_refused(old: str, new: str, message: str) -> None:
    """With the number of the line, counted from that of the diff's first."""
    assert old in DIFF
    with pytest.raises(BadPatch) as error:
        parse_patch(DIFF.replace(old, new, 1), 11)
    assert str(error.value).startswith(message)
