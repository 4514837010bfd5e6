"""A picture to send, and the bytes that send it.  For scripts that have no library of pictures."""
import struct
import zlib

from server import request


def png(width, height):
    """A small PNG with a slope of colours."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 90))
                    for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def upload(photo, headers=None):
    mark = "linli-test-7f3a"
    body = (f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
            "Content-Type: image/png\r\n\r\n").encode() + photo + f"\r\n--{mark}--\r\n".encode()
    return request("POST", "/api/v1/nanshan/uploads", body,
                   {"Content-Type": f"multipart/form-data; boundary={mark}", **(headers or {})})
