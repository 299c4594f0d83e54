from chat.engine.rendering.sse import PING, encode


def test_data_alone_is_one_message_without_an_id() -> None:
    assert encode(data="<p>Hello</p>") == b"data: <p>Hello</p>\n\n"


def test_id_and_event_stand_before_the_data() -> None:
    assert encode(data="x", event="done", seq=99) == b"id: 99\nevent: done\ndata: x\n\n"


def test_every_kind_of_line_end_begins_a_data_line_of_its_own() -> None:
    assert encode(data="a\r\nb\rc\nd") == b"data: a\ndata: b\ndata: c\ndata: d\n\n"


def test_signs_that_only_python_takes_for_line_ends_stay_as_they_are() -> None:
    text = "a\u2028b\x0cc\x85d"
    assert encode(data=text) == f"data: {text}\n\n".encode()


def test_empty_data_is_still_a_message() -> None:
    assert encode(data="", event="done") == b"event: done\ndata: \n\n"


def test_an_empty_line_in_the_data_does_not_end_the_message() -> None:
    assert encode(data="a\n\nb") == b"data: a\ndata: \ndata: b\n\n"


def test_ping_is_a_comment() -> None:
    assert PING.startswith(b":")
    assert PING.endswith(b"\n\n")
