import base64
import json
import math
import zlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.report.events import read_events
from spacewheat_sim.lab.report.packing import LEVELS, pack
from spacewheat_sim.lab.report.table import MOST_ROWS, read_table


def unpacked(block):
    """Return header and columns of numbers, as the page's script reads them."""
    data = zlib.decompress(base64.b64decode(block))
    size = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + size])
    body, rows, columns = data[4 + size :], header["rows"], {}
    for about in header["columns"]:
        if "words" in about:
            continue
        if about["kind"] == "f64":
            numbers = np.frombuffer(body, "<f8", rows, about["at"])
        else:
            planes = np.frombuffer(body, np.uint8, 2 * rows, about["at"])
            planes = planes.astype(np.uint16)
            change = planes[:rows] + 256 * planes[rows:]
            steps = np.cumsum(change, dtype=np.uint16)
            with np.errstate(
                over="ignore"
            ):  # of unknown ones, which lie beyond the range
                numbers = 2 * (about["low"] / 2 + steps * (about["step"] / 2))
            numbers = np.where(steps == LEVELS + 1, np.nan, numbers)
        columns[about["name"]] = numbers
    return header, columns


numbers = st.floats(allow_infinity=False, allow_nan=False)


def table_of(name, values):
    rows = "".join(f"{v!r}\n" if not math.isnan(v) else '""\n' for v in values)
    return read_table(f"{name}\n{rows}")


@given(st.lists(numbers, min_size=1, max_size=50))
def test_numbers_of_a_scan_are_whole(values):
    _, columns = unpacked(pack({}, table_of("g", values)))
    assert columns["g"].tolist() == values


@given(st.lists(numbers | st.just(math.nan), min_size=1, max_size=50))
@example([1e10, 1e10 + 1e-6])  # a narrow range far from 0
@example([-1.7e308, 1.7e308])  # whose difference has no double
@example(
    [0.0, math.nan, 1.7976931348623157e308]
)  # whose steps add up to more than any double
def test_numbers_of_a_course_are_within_half_a_step(values):
    _, columns = unpacked(pack({}, table_of("time", values)))
    known = [v for v in values if not math.isnan(v)]
    assert np.isnan(columns["time"]).tolist() == [math.isnan(v) for v in values]
    if known:
        step = max(known) / LEVELS - min(known) / LEVELS
        off = np.nanmax(np.abs(columns["time"] / 2 - np.array(values) / 2))
        assert off <= 0.26 * step + 1e-300 + 1e-12 * max(map(abs, known))


def test_rows_beside_events_are_kept_of_a_long_history():
    rows = "".join(f"{k / 10},{k % 7}\n" for k in range(20_000))
    events = [333.33, 1000.0]

    table = read_table("time,x\n" + rows, events)

    times = table.columns[0].numbers
    assert len(times) < 1.1 * MOST_ROWS
    assert table.of == 20_000
    assert {333.3, 333.4, 999.9, 1000.0, 0.0, 1999.9} <= set(times)


def test_a_digest_is_a_word_even_if_it_looks_like_a_number():
    table = read_table(
        "point,x\n1234567890123456,1\n12e4567890123456,2\n", (), ["point"]
    )
    assert table.columns[0].words == ("1234567890123456", "12e4567890123456")


def test_a_whole_number_that_no_double_holds_stays_a_word():
    seed = str(2**60 + 1)
    assert read_table(f"seed\n{seed}\n").columns[0].words == (seed,)


def test_an_unknown_number_is_nan_among_numbers():
    values = read_table("a,b\n1,\n2,3\n").columns[1].numbers
    assert math.isnan(values[0])
    assert values[1] == 3.0


@pytest.mark.parametrize("text", ["", "a,b\n1\n"])
def test_a_table_that_is_none_is_refused(text):
    with pytest.raises(ArgumentError):
        read_table(text)


def test_json_reaches_the_browser_without_loss():
    block = pack({"x": [math.nan, math.inf, 2**53 + 1, 1]}, None)
    assert unpacked(block)[0]["x"] == [None, None, str(2**53 + 1), 1]


def test_events_are_told_in_the_words_of_the_engine():
    lines = [
        {"event": "jumped", "time": 2, "source": "🐇", "target": "🐺", "icon": "🐺"},
        {"event": "measured", "time": 1, "north": "a", "south": "b", "kind": "game",
         "strength": 0.5, "outcome": None},
        {"event": "jumped", "time": math.nan, "source": "a", "target": "b"},
        {"event": "of tomorrow", "time": 3},
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines)) + '\n{"event": "jum'

    events = read_events(text)

    assert [event["text"] for event in events] == [
        "a/b measured: neither",
        "🐺 took 🐇",
        "of tomorrow",
    ]
    assert (events[1]["source"], events[1]["target"]) == ("🐇", "🐺")


def test_an_event_at_no_time_of_a_double_is_left_out() -> None:
    lines = [json.dumps({"event": "jump", "time": t}) for t in (10**400, "1", 2, None)]
    assert [event["time"] for event in read_events("\n".join(lines))] == [2.0]


def test_an_end_of_line_within_a_line_is_told() -> None:
    with pytest.raises(ArgumentError, match="it is not a table"):
        read_table("a,b\n1\r2,3\n")
