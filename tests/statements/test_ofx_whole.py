"""The two cheap looks that the folder takes."""

import pytest

from vigil.statements.ofx import is_ofx_complete, looks_like_ofx


@pytest.mark.parametrize(
    "tail",
    [
        b"</OFX>",
        b"</ofx>\r\n",
        b"</OFX >\n\n",
        b"</OFX>\x00\x00",
        b"</OFX>\x1a",
        b"</OFX> <!-- end of data -->\n",
        "</OFX>\r\n".encode("utf-16-le"),
        "</OFX>\r\n".encode("utf-16-be"),
    ],
)
def test_an_end_tag_ends_a_file(tail: bytes) -> None:
    """Whatever the letters, with white space, NULs or a comment behind."""
    assert is_ofx_complete(b"...</BANKMSGSRSV1>" + tail)


@pytest.mark.parametrize(
    "tail", [b"", b"</OF", b"</OFX", b"</OFX><STMTTRN>", b"<OFX>", b"</OFX> x"]
)
def test_anything_else_does_not(tail: bytes) -> None:
    """A download that is still being written."""
    assert not is_ofx_complete(tail)


def test_the_look_at_an_end_is_linear() -> None:
    """A tail of hostile comments is looked at once."""
    assert not is_ofx_complete(b"</OFX>" + b"<!--" * 200_000)
    assert not is_ofx_complete(b"</OFX" + b" " * 200_000)
    assert not is_ofx_complete(b"</OFX>" * 100_000 + b"-")


@pytest.mark.parametrize(
    "head",
    [
        b"OFXHEADER:100\r\n",
        b"\r\n\r\n  OFXHEADER:100",
        b"\xef\xbb\xbf<?xml version='1.0'?><?OFX OFXHEADER='200'?>",
        b"<ofx>",
        b"<BANKMSGSRSV1>",
        b"<!-- made by X -->\n<OFX>",
        "OFXHEADER:100".encode("utf-16"),
    ],
)
def test_the_first_bytes_of_ofx_are_known(head: bytes) -> None:
    """With or without a header, in any letters."""
    assert looks_like_ofx(head)


@pytest.mark.parametrize("head", [b"", b"%PDF", b"<html>OFXHEADER", b"Date,OFX", b"<OFFICE>"])
def test_other_bytes_are_not(head: bytes) -> None:
    """A web page that speaks of OFX is a web page."""
    assert not looks_like_ofx(head)
