"""A part of a page that comes when it is wanted (`import()`) is waited for like all that is on its way, however long it takes."""

from __future__ import annotations

import pytest

from e2e.selftest.lab import Lab


@pytest.mark.parametrize(("depth", "numbers"), [(1, 0), (40, 0), (1, 2_000_000)], ids=["small", "deep", "large"])
def test_a_chunk_that_is_imported_at_the_first_click_is_waited_for(lab: Lab, depth: int, numbers: int) -> None:
    """One that imports another, and that the next, comes by as many journeys; a large one also takes long to be compiled."""
    for n in range(depth):
        text = f"import './{n + 1}.js'; [{'0,' * numbers}]; export const text = 'part {n}';"
        (lab.folder / f"{n}.js").write_text(text, encoding="utf-8")
    (lab.folder / f"{depth}.js").write_text("show('the last');", encoding="utf-8")
    lab.open("on(async () => show((await import('./0.js')).text));")
    assert lab.click() == "part 0"
    assert lab.click() == "part 0"  # nothing is loaded again


def test_a_chunk_that_is_not_there_ends_the_wait(lab: Lab) -> None:
    lab.open("on(() => import('./none.js').catch((error) => show(error.name)));")
    assert lab.click() == "TypeError"


def test_a_page_that_leaves_while_a_chunk_is_on_its_way_is_not_waited_for(lab: Lab) -> None:
    (lab.folder / "part.js").write_text("show('came');", encoding="utf-8")
    lab.write("show('the next page')", "next")
    lab.open("on(() => { import('./part.js'); location.assign('next.html'); });")
    assert lab.click() == "the next page"


def test_an_iframe_that_is_removed_while_it_loads_is_not_waited_for(lab: Lab) -> None:
    (lab.folder / "part.js").write_text("show('came');", encoding="utf-8")
    lab.open("""on(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const part = Object.assign(document.createElement('script'), { src: `/toy/part.js?${performance.now()}` });
      frame.contentDocument.body.appendChild(part);
      queueMicrotask(() => { frame.remove(); show('removed'); });
    });""")
    assert lab.click() == "removed"
    assert lab.click() == "removed"


@pytest.mark.parametrize("kind", ["module", "classic"])
def test_a_chunk_that_a_worker_imports_is_waited_for(lab: Lab, kind: str) -> None:
    (lab.folder / "part.js").write_text("import './inner.js'; export const text = 'came';", encoding="utf-8")
    (lab.folder / "inner.js").touch()
    answers = "onmessage = async () => postMessage((await import('./part.js')).text);"
    (lab.folder / "worker.js").write_text(answers, encoding="utf-8")
    lab.open(f"""const worker = new Worker('worker.js', {{ type: '{kind}' }});
      worker.onmessage = ({{ data }}) => show(data);
      on(() => worker.postMessage('go'));""")
    assert lab.click() == "came"
