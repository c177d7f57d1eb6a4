"""Prints the numbers of the last moment of a memory profile: pad, line, and four numbers, separated by tabs."""
import sys, zlib
data, at, owners, lines, usage = open(sys.argv[1], "rb").read(), 8, {}, {}, []
assert data[:8] == b"sgnprof\1"
def number(body):  # seven bits a byte, lowest first
    shift = value = 0
    while True:
        byte, body[:1] = body[0], b""
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128: return value
def text(body): size = number(body); value, body[:size] = body[:size].decode(), b""; return value
class Bits:  # a binary arithmetic coder with adaptive probabilities
    def start(s, body): s.low, s.high, s.code, s.body = 0, 2**32 - 1, int.from_bytes((body + bytes(4))[:4], "big"), body[4:]
    def bit(s, key):
        p = s.odds.get(key, 32768) if key else 32768; middle = s.low + ((s.high - s.low) * p >> 16); one = s.code <= middle
        s.low, s.high = (s.low, middle) if one else (middle + 1, s.high)
        s.odds[key] = p + (65535 - p >> 5) if one else p - (p >> 5)
        while s.low >> 24 == s.high >> 24:
            s.low, s.high, s.code = s.low << 8 & 2**32 - 1, s.high << 8 & 2**32 - 1 | 255, s.code << 8 & 2**32 - 1 | (s.body.pop(0) if s.body else 0)
        return one
    def change(s, kind, line):  # the length in bits, by that of the change before; then the bits
        known = 1
        for _ in range(7): known = known * 2 + s.bit((kind, line["size"][kind], known))
        line["size"][kind] = size = known - 128; value = int(size > 0)
        for _ in range(size - 1): value = value * 2 + s.bit(None)
        return value // 2 ^ -(value & 1)
bits = Bits()
while at + 8 <= len(data) and (size := int.from_bytes(data[at:at + 4], "little")) <= len(data) - at - 8:
    body = bytearray(data[at + 8:at + 8 + size]); assert zlib.crc32(body) == int.from_bytes(data[at + 4:at + 8], "little"); at += 8 + size
    kind, body[:1] = body[0], b""
    if kind == 3: index = number(body); owners[index] = text(body)
    if kind == 4: index = number(body); lines[index] = owners[number(body)], number(body) and (text(body), number(body))[1]
    if kind in (5, 6):
        _, strides, _, _ = [number(body) for _ in range(4)]
        if kind == 5: usage, bits.odds, before, strides, _, _ = [], {}, 0, 0, number(body), number(body)
        while len(usage) < len(lines): usage.append(dict(n=[0] * 4, rate=(0, 0), seen=0, size=[0] * 4))
        bits.start(body)
        for line in usage:
            (live, count, total, blocks), (rate, size) = line["n"], line["rate"]
            expect = blocks + (rate * strides // before if before else 0)
            def grown(now): return total + ((now - blocks) * size // rate if rate else (now - blocks) * total // blocks if blocks else 0)
            odd = bits.bit(("odd", line["seen"] & 3)); line["seen"] = line["seen"] << 1 | odd
            if odd:
                expect += bits.change(0, line); everything = grown(expect) + bits.change(1, line); alive = count + bits.change(2, line)
                live += ((alive - count) * total // blocks if blocks else 0) + bits.change(3, line)
            else: everything, alive = grown(expect), count
            if strides: line["rate"] = expect - blocks, everything - total
            line["n"] = [live, alive, everything, expect]
        before = strides or before
for index, line in enumerate(usage): print(*lines[index], *line["n"], sep="\t")
