import re
from pathlib import Path

import pytest
from bundles import HOSTILE, write_bundle, write_history, write_point, write_sweep
from playwright.sync_api import expect

from spacewheat_sim.lab.report import report as report_module
from spacewheat_sim.lab.report.report import write_report

pytestmark = pytest.mark.slow

T = [0.5, 1.0, 1.5, 2.0]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    runs = folder / "runs"
    for number, method in enumerate(["master", "trajectory", "spec"]):
        parameters = {"method": method, "steps": 100 * (number + 1)}
        write_history(runs, f"pond_{number}", parameters=parameters, seed=number)
    rows = [[t, m, t * t + k] for k, m in enumerate(["exact", "sampled"]) for t in T]
    write_bundle(
        runs,
        "ising",
        kind="experiment",
        experiment="ising",
        columns=["T", "method", "energy"],
        rows=rows,
        results={"energy": 0.25, "gap": None},
        parameters={"L": 8},
    )
    sweep = write_sweep(runs)
    write_point(sweep, f"{0:08x}{0:08x}", 1)
    hostile = {HOSTILE: HOSTILE}
    write_history(
        runs, "hostile", north=HOSTILE, south="y", parameters=hostile, status=HOSTILE
    )
    return write_report([runs], folder / "report.html", figures=5).path


@pytest.fixture
def page(browser, page_file):
    """The page, freshly opened; at the end, nothing may have gone wrong with it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    yield page
    hacked = page.evaluate("window.hacked")
    images = page.evaluate("document.querySelectorAll('img[src=x]').length")
    context.close()
    assert not wrong
    assert {a.split("#")[0] for a in asked if not a.startswith("data:")} == {
        page_file.as_uri()
    }
    assert hacked is None
    assert images == 0


def names(page):
    return page.locator("table.runs tbody tr:visible th").all_inner_texts()


def open_run(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    page.locator("#run h2").wait_for()


def at(page):
    """Return the time that the player shows."""
    return float(page.locator(".clock").inner_text().split(" ")[0])


def shown_population(page, emoji):
    label = page.locator("svg.ring").get_attribute("aria-label")
    return float(re.search(rf"{emoji} ([\d.]+)%", label)[1])


def test_a_column_sorts_both_ways(page):
    page.get_by_role("button", name="Run", exact=True).click()
    upward = names(page)
    page.get_by_role("button", name="Run").click()

    assert upward == sorted(upward, key=str.lower)
    assert names(page) == upward[::-1]
    head = page.locator("th[aria-sort=descending]")
    assert head.inner_text().startswith("Run")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pond", ["pond_0", "pond_1", "pond_2"]),
        ("method=spec", ["pond_2"]),
        ("steps>100 pond", ["pond_1", "pond_2"]),
        ("energy<=0.25", ["ising"]),
        ("nothing like it", []),
    ],
)
def test_words_filter_the_runs(page, words, expected):
    page.get_by_label("Filter").fill(words)

    assert sorted(names(page)) == expected
    assert page.locator("output").first.inner_text() == f"{len(expected)} of 7"


def test_a_kind_filters_the_runs_and_points_of_sweeps_are_hidden_at_first(page):
    assert "point" not in names(page)
    page.get_by_label("Kind", exact=True).select_option("experiment")
    assert names(page) == ["ising"]
    page.get_by_label("Kind", exact=True).select_option("point of a sweep")
    assert names(page) == ["point"]


def test_a_column_can_be_added(page):
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("energy", exact=True).check()
    page.keyboard.press("Escape")
    assert not page.get_by_label("energy", exact=True).is_visible()
    page.get_by_role("button", name="energy").click()
    assert names(page)[0] == "ising"


def test_a_recording_is_scrubbed_by_mouse_and_by_events(page):
    open_run(page, "pond_1")
    assert at(page) == 0.0
    assert shown_population(page, "🐟") == 100

    slider = page.get_by_label("Time", exact=True)
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] * 0.3, "y": box["height"] / 2})
    # z = cos t until the jump, and P = (1 + z) / 2.
    assert at(page) == pytest.approx(3.0, abs=0.15)
    assert shown_population(page, "🐟") < 2

    page.get_by_role("button", name="Next event").click()
    assert at(page) == pytest.approx(5.1)
    assert shown_population(page, "🐟") == 100
    assert "🐟 took 🐸" in page.locator("[aria-current=true]").inner_text()
    axis = page.locator("svg.sphere").get_attribute("aria-label")
    assert axis.startswith("🐟/🐸: x 0")
    assert axis.endswith("z 0.995")


def test_a_recording_plays_to_its_end(page):
    open_run(page, "pond_1")
    page.get_by_label("Speed").select_option("30")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#scrub")).to_have_value("100")
    assert at(page) == 10.0
    page.get_by_role("button", name="Play").wait_for()


def test_all_of_it_works_by_keyboard_alone(page):
    keys = page.keyboard
    keys.press("/")
    keys.type("pond_2")
    for _ in range(40):
        keys.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "pond_2":
            break
    keys.press("Enter")
    page.locator("#run h2").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "scrub":
            break
        keys.press("Tab")
    keys.press("End")
    assert at(page) == 10.0
    keys.press("p")
    assert at(page) == pytest.approx(5.1)
    keys.press("ArrowLeft")
    assert at(page) == pytest.approx(5.0)
    for _ in range(40):
        if page.evaluate("document.activeElement.className") == "chart":
            break
        keys.press("Tab")
    keys.press("ArrowRight")
    assert page.locator(".player .u-value").nth(1).inner_text() != "–"
    keys.press("Escape")
    page.locator("table.runs").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "pond_2"


def test_a_sweep_of_two_parameters_is_a_heat_map_with_the_means_of_its_replicates(page):
    open_run(page, "forest")
    heat_map = page.locator(".heatmap")
    heat_map.focus()
    for key in ("Home", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    words = page.locator(".readout").inner_text()
    # Ten for each step across, one for each step up, and half for two replicates.
    assert words == "🐺.transfers_from.🐇 0.2, layers.wolves 0.66667: 12.5"

    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".cell tbody tr").count() == 2
    # Seeds and points are shown in full.
    assert str(2**60) in page.locator(".cell tbody").inner_text()
    page.locator(".cell a").click()
    page.locator("#run", has_text="point of").wait_for()


def test_a_sweep_is_a_curve_over_one_parameter(page):
    open_run(page, "forest")
    page.get_by_label("Up", exact=True).select_option("none: curves")
    page.get_by_label("layers.wolves").select_option("0.33333")
    page.locator(".chart .uplot").wait_for()
    assert "standard error" in page.locator(".u-legend").inner_text()
    page.locator(".chart").focus()
    page.keyboard.press("Home")
    assert "1.5" in page.locator(".u-value").all_inner_texts()


def test_a_mean_over_another_parameter_has_no_standard_error(page):
    open_run(page, "forest")
    page.get_by_label("Up", exact=True).select_option("none: curves")
    page.locator(".chart .uplot").wait_for()
    assert "standard error" not in page.locator(".u-legend").inner_text()


def test_curves_of_an_experiment_are_split_by_method(page):
    open_run(page, "ising")
    page.locator(".chart").focus()
    page.keyboard.press("End")
    labels = page.locator(".u-series th").all_inner_texts()
    values = page.locator(".u-value").all_inner_texts()
    assert [label.rstrip(": ") for label in labels] == [
        "T",
        "method exact",
        "method sampled",
    ]
    assert values == ["2", "4", "5"]


def test_hostile_names_are_shown_as_text(page):
    open_run(page, "hostile")
    assert HOSTILE in page.locator("#run").inner_text()
    page.get_by_role("button", name="Next event").click()


ODD = [
    {"results": {"parameters": "x", "quantities": {}}, "kind": "sweep"},
    {"columns": ["time"], "rows": [[0], [1]], "events": []},
    {"columns": ["time", "a"], "rows": [[1, ""], [1, ""]], "events": [{"event": 1}]},
    {"columns": ["time", "x"], "rows": [["early", 2], ["late", 3]], "events": []},
    {"columns": ["time", "🐟/🐸 x"], "rows": [[0, 1], [1, 0]], "events": []},
    {"columns": ["a", "a"], "rows": [[1, 1], [1, 2]], "experiment": [1]},
    {"columns": ["a", "b"], "rows": [[1e308, -1e308], [-1e308, 1e308]]},
    {"columns": ["a"], "rows": []},
    {"parameters": [[1, [2]], None], "timings": 3, "error": {"a": 1}, "traceback": 1},
    {"parameters": "text", "started": 5, "seed": 2**70, "stopped_in": [1]},
]


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that opens the page of the runs in a folder."""
    contexts = []

    def open_page(runs):
        written = write_report([runs], tmp_path / "own.html", figures=0)
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(written.path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_hundred_thousand_events_are_listed_around_the_present_one(opened, tmp_path):
    count = 100_000
    events = [
        {"event": "jumped", "time": (k + 0.5) / 100, "icon": "🌕", "kind": "transfer"}
        | {"source": "🌕🌑"[k % 2], "target": "🌑🌕"[k % 2]}
        for k in range(count)
    ]
    rows = [[k, k % 2, 1 - k % 2] for k in range(count // 100 + 1)]
    columns = ["time", "🌕", "🌑"]
    write_bundle(tmp_path / "runs", "moon", columns=columns, rows=rows, events=events)
    page = opened(tmp_path / "runs")
    open_run(page, "moon")
    listed = page.locator("ol.events > li")
    assert listed.count() == 201
    assert page.locator("svg.marks line").count() <= 1001
    page.get_by_role("button", name="99,800 later").click()
    expect(listed.first).to_have_text("200 earlier")
    page.get_by_role("slider").press("End")
    expect(page.locator("ol.events [aria-current]")).to_contain_text("1000.00")


def test_a_sweep_links_to_the_rows_that_have_failed(opened, tmp_path):
    columns = ["point", "a", "replicate", "seed", "status", "q"]
    rows = [["x", 0.5, 0, 1, "complete", 2.0], ["y", -1, 0, 1, "failed", None]]
    results = {"points": 2, "replicates": 1, "rows": 1, "failed": 1}
    results |= {"parameters": ["a"], "quantities": ["q"]}
    sweep = write_bundle(
        tmp_path / "runs",
        "ponds",
        kind="sweep",
        status="partial",
        columns=columns,
        rows=rows,
        results=results,
    )
    write_bundle(
        sweep / "points",
        "pond",
        status="failed",
        parameters={"a": -1},
        error="it is negative",
    )
    page = opened(tmp_path / "runs")
    assert page.locator(".swept").inner_text() == "a"
    open_run(page, "ponds")
    note = page.get_by_role("note", name="Failed rows")
    assert "1 of 2 rows failed" in note.inner_text()
    note.get_by_role("link", name="a -1").click()
    expect(page.get_by_text("it is negative")).to_be_visible()


def test_a_sweep_of_one_point_shows_its_mean(opened, tmp_path):
    columns = ["point", "replicate", "seed", "status", "q"]
    rows = [["x", k, 1, "complete", float(k)] for k in range(5)]
    results = {"points": 1, "replicates": 5, "parameters": [], "quantities": ["q"]}
    write_bundle(
        tmp_path / "runs",
        "pond",
        kind="sweep",
        columns=columns,
        rows=rows,
        results=results,
    )
    page = opened(tmp_path / "runs")
    open_run(page, "pond")
    # The variance of 0 … 4 is 2.5.
    assert "2 ± 0.71 (0 to 4, 5 rows)" in page.locator("#run").inner_text()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 4, 8, 16, 64], True),
        ([1e-4, 1e-3, 0.01, 0.1, 1, 10], True),
        ([1, 2, 3, 4, 5, 60], False),
        (list(range(1, 100)), False),
        ([0, 1, 10, 100], False),
        ([-1, 10, 100], False),
        ([1, 1000], False),
    ],
)
def test_an_axis_goes_by_factors_where_its_values_do(page, values, expected):
    scripts = Path(report_module.__file__).parent / "page"
    text = (scripts / "curves.js").read_text(encoding="utf-8")
    function = re.search(r"^function byFactors.*?^}", text, re.MULTILINE | re.DOTALL)[0]
    assert page.evaluate(f"({function})({values})") is expected


def test_curves_are_over_columns_that_vary(opened, tmp_path):
    columns = ["L", "g", "cut", "entropy"]
    rows = [[8, 1.0, k, k * (8 - k)] for k in range(1, 8)]
    about = {"kind": "experiment", "experiment": "chain"}
    write_bundle(tmp_path / "runs", "chain", columns=columns, rows=rows, **about)
    page = opened(tmp_path / "runs")
    open_run(page, "chain")
    chosen = [page.get_by_label(name).evaluate(SHOWN) for name in ("Across", "Up")]
    assert chosen == ["cut", "entropy"]


SHOWN = "each => each.options[each.selectedIndex].text"


def test_odd_bundles_open_without_an_error(browser, tmp_path):
    for number, odd in enumerate(ODD):
        write_bundle(tmp_path / "runs", f"odd_{number}", **odd)
    report = write_report([tmp_path / "runs"], tmp_path / "page.html", figures=0)
    assert report.runs == len(ODD)
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    for number in range(len(ODD)):
        page.goto(f"{report.path.as_uri()}#run-{number}")
        page.wait_for_timeout(300)
        assert not wrong, page.locator("h2").all_inner_texts()
        assert page.locator("#run h2").is_visible()
        page.goto("about:blank")
    page.close()


def test_light_and_dark_follow_the_system_and_the_button(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert dark != light
    page.get_by_role("button", name="Colors").click()
    page.get_by_role("button", name="Colors").click()
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("width", [360, 1280])
def test_no_view_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_text("Columns", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    for name in ("forest", "pond_0", "ising"):
        open_run(page, name)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_list_of_events_is_one_stop_of_tab_and_arrows_walk_it(opened, tmp_path):
    events = [
        {"event": "jumped", "time": k + 0.5, "icon": "🌕", "kind": "transfer"}
        | {"source": "🌕🌑"[k % 2], "target": "🌑🌕"[k % 2]}
        for k in range(300)
    ]
    rows = [[k, k % 2, 1 - k % 2] for k in range(301)]
    columns = ["time", "🌕", "🌑"]
    write_bundle(tmp_path / "runs", "moon", columns=columns, rows=rows, events=events)
    page = opened(tmp_path / "runs")
    open_run(page, "moon")
    slider = page.get_by_label("Time", exact=True)
    slider.focus()
    page.keyboard.press("Tab")
    focused = "document.activeElement.textContent"
    assert page.evaluate(focused).startswith("0.50")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert at(page) == 3.0
    assert page.evaluate(focused).startswith("2.50")
    page.keyboard.press("End")
    assert page.evaluate(focused) == "100 later"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "100 earlier"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "chart"


def test_a_chart_says_what_is_under_its_cursor(page):
    open_run(page, "pond_1")
    page.locator(".player .chart").focus()
    page.keyboard.press("Home")
    said = page.locator(".player output[aria-live]").last
    assert said.inner_text() == "time (s) 0, 🐟 1, 🐸 0"
    page.locator(".player .u-legend th", has_text="🐸").press("Enter")
    page.locator(".player .chart").press("End")
    # The angle is 0 at the jump, at 5.05 s, and 5 at the end.
    assert said.inner_text().startswith("time (s) 10, 🐟 0.6418")
    assert "🐸" not in said.inner_text()


def test_every_control_and_picture_has_a_name(page):
    unnamed = []
    for name in ("", "forest", "pond_0", "ising"):
        if name:
            open_run(page, name)
        client = page.context.new_cdp_session(page)
        for node in client.send("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if role in NAMED and not node.get("name", {}).get("value"):
                unnamed.append((name, role))
        if name:
            page.keyboard.press("Escape")
    assert unnamed == []


NAMED = (
    *("button", "checkbox", "combobox", "DisclosureTriangle", "link", "searchbox"),
    *("slider", "image", "img", "Canvas", "region", "navigation"),
)


def test_one_frame_is_a_picture_without_curves(opened, tmp_path):
    columns = ["time", "🐟", "🐸"]
    write_bundle(
        tmp_path / "runs", "still", columns=columns, rows=[[0, 0.25, 0.75]], events=[]
    )
    page = opened(tmp_path / "runs")
    open_run(page, "still")
    assert shown_population(page, "🐸") == 75
    assert page.locator(".chart").count() == 0
    expect(page.get_by_text("Table: 3 columns, 1 row", exact=True)).to_be_visible()


def test_small_populations_fill_their_curves(opened, tmp_path):
    columns = ["time", *"🐟🐸🐝"]
    rows = [[t, 0.02, 0.03, 0.04] for t in range(5)]
    write_bundle(tmp_path / "runs", "few", columns=columns, rows=rows, events=[])
    page = opened(tmp_path / "runs")
    open_run(page, "few")
    page.locator(".chart").focus()
    page.keyboard.press("Home")
    # Heights of the lines at the cursor, in shares of the plot: 0.02, 0.03 and 0.04
    # of its top, which is 1.071 · 0.04.
    shares = page.evaluate(CURSOR_HEIGHTS)
    expected = [p / (1.071 * 0.04) for p in (0.02, 0.03, 0.04)]
    assert shares == pytest.approx(expected, abs=0.02)


CURSOR_HEIGHTS = """() => {
  const over = document.querySelector('.u-over').getBoundingClientRect();
  return [...document.querySelectorAll('.u-cursor-pt')].map((each) => {
    const box = each.getBoundingClientRect();
    return (over.bottom - (box.top + box.bottom) / 2) / over.height;
  });
}"""


def test_a_map_without_any_value_claims_none(opened, tmp_path):
    columns = ["point", "a", "b", "replicate", "seed", "status", "q"]
    rows = [[f"{a}{b}", a, b, 0, 1, "failed", None] for a in (1, 2) for b in (3, 4)]
    results = {"points": 4, "replicates": 1, "rows": 0, "failed": 4}
    results |= {"parameters": ["a", "b"], "quantities": ["q"]}
    runs = tmp_path / "runs"
    about = {"kind": "sweep", "status": "partial"}
    write_bundle(runs, "lost", columns=columns, rows=rows, results=results, **about)
    page = opened(runs)
    open_run(page, "lost")
    if page.locator(".heatmap").count() == 0:
        expect(page.get_by_text("no quantity to draw")).to_be_visible()
        return
    label = page.locator(".heatmap").get_attribute("aria-label")
    assert label.startswith("q over a and b, no value known.")


def test_paper_is_white_whatever_the_colors(page):
    page.emulate_media(color_scheme="dark")
    open_run(page, "pond_1")
    before = page.evaluate(PAPER)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(50)
    printed = page.evaluate(PAPER)
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(50)
    assert min(before["text"]) > 200
    assert max(printed["text"]) < 60
    assert printed["grid"] == "221 225 234"
    assert page.evaluate(PAPER) == before


# The color of the text, and the most frequent one of a chart, which is its grid's.
PAPER = """() => {
  const canvas = document.querySelector('.chart canvas');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const counts = new Map();
  for (let k = 0; k < data.length; k += 4) {
    const color = [...data.slice(k, k + 3)].join(' ');
    if (data[k + 3] === 255) counts.set(color, (counts.get(color) || 0) + 1);
  }
  const [grid] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const text = getComputedStyle(document.body).color;
  return { text: text.match(/\\d+/g).slice(0, 3).map(Number), grid };
}"""


def test_long_names_stay_inside_their_places(opened, tmp_path):
    name = "very_long_name_of_an_emoji"
    columns = ["time", name, "🐸"]
    jump = {"event": "jumped", "time": 0.5, "source": "🐸", "target": name}
    jump |= {"icon": name, "kind": "transfer"}
    rows = [[0, 0.9, 0.1], [1, 0.9, 0.1]]
    runs = tmp_path / "runs"
    write_bundle(runs, name * 4, columns=columns, rows=rows, events=[jump])
    page = opened(runs)
    page.set_viewport_size({"width": 360, "height": 800})
    open_run(page, name * 4)
    glyph = page.locator(".glyph").first.bounding_box()
    disc = page.locator(".disc").first.bounding_box()
    assert glyph["width"] < disc["width"]
    assert page.locator(".glyph title").first.text_content() == name
    fits = "each => each.scrollWidth <= each.clientWidth"
    assert page.locator("ol.events").evaluate(fits)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_thousand_runs_are_all_in_the_gallery(browser, tmp_path):
    for number in range(1_000):
        write_history(tmp_path / "runs", "pond", seconds=1, seed=number)
    report = write_report([tmp_path / "runs"], tmp_path / "page.html", figures=0)
    page = browser.new_page()
    page.goto(report.path.as_uri())
    assert page.locator("table.runs tbody tr").count() == 1_000
    page.get_by_label("Filter").fill("seed=777")
    assert len(names(page)) == 1
    page.close()
