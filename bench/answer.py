"""应答 What the generated portal answers at one address."""

from typing import NamedTuple

HTML = "text/html"
PDF = "application/pdf"
JPEG = "image/jpeg"


class Answer(NamedTuple):
    """应答 `location` only for redirects; the content type carries no charset, as on many real servers."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    location: str | None = None


NOT_FOUND = Answer(
    b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", HTML, 404
)
GONE = NOT_FOUND._replace(status=410)
SOFT_404 = Answer(
    "<html><head><meta charset=utf-8><title>提示</title></head><body><p>您访问的页面不存在或已删除！</p></body></html>".encode()
)
# what nginx writes under a 301, so that either server of bench/origin.py says the same
MOVED = Answer(
    b"\r\n".join(
        (b"<html>", b"<head><title>301 Moved Permanently</title></head>", b"<body>", b"<center><h1>301 Moved Permanently</h1></center>",
         b"<hr><center>nginx</center>", b"</body>", b"</html>", b"")
    ),
    status=301,
)  # fmt: skip
