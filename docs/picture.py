#!/usr/bin/env python3
"""Draws what a command prints on a terminal as an SVG file; it made docs/demo.svg:

    docs/picture.py docs/demo.svg --block 'BY.*123' --block '^Summary' -- target/release/sanctions-stream demo

The command runs on a pseudo-terminal, so that it prints what it prints for people, colours included. What is drawn is
its standard output, blocks between blank lines left out where none of the patterns matches, and marked as left out.
Python 3 and nothing else.
"""

import argparse
import fcntl
import os
import pty
import re
import struct
import sys
import termios
from html import escape
from unicodedata import east_asian_width

COLOURS = ["#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d6dae0"]
BRIGHT = ["#7f8794", "#f0808a", "#acd78d", "#f0d08f", "#75c3ff", "#da8cf1", "#6acad6", "#ffffff"]
PLAIN, BACK, CELL, LINE, EDGE, BAR = "#d6dae0", "#181a1f", 8.43, 19, 14, 36
SGR = re.compile(r"\x1b\[([0-9;]*)m")
OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]|\x1b\][^\x07]*\x07|\r")


def run(command, width):
    """What the command prints on a terminal of that width, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS=str(width))
        os.environ.pop("NO_COLOR", None)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    output = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # The other side is closed.
            break
        if not chunk:
            break
        output += chunk
    _, status = os.waitpid(child, 0)
    return OTHER.sub("", output.decode()), os.waitstatus_to_exitcode(status)


def excerpt(text, patterns):
    """The blocks that one of the patterns finds, in their order; a run of others becomes one line that says so."""
    kept, left_out = [], 0
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    for block in blocks + [None]:
        shown = block is not None and any(re.search(p, SGR.sub("", block), re.M) for p in patterns)
        if (shown or block is None) and left_out:
            kept.append(f"\x1b[2m[... {left_out} more ...]\x1b[0m")
            left_out = 0
        if shown:
            kept.append(block)
        elif block is not None:
            left_out += 1
    return "\n\n".join(kept)


def style(codes, state):
    """The state after the codes of one escape sequence."""
    state = dict(state)
    for code in [int(c or 0) for c in codes.split(";")]:
        if code == 0:
            state = {}
        elif code in (1, 2, 3, 4):
            state[code] = True
        elif code in (22, 23, 24):
            for which in {22: (1, 2), 23: (3,), 24: (4,)}[code]:
                state.pop(which, None)
        elif 30 <= code <= 37:
            state["fill"] = COLOURS[code - 30]
        elif 90 <= code <= 97:
            state["fill"] = BRIGHT[code - 90]
        elif code == 39:
            state.pop("fill", None)
    return state


def attributes(state):
    """The SVG attributes of a style."""
    found = [f'fill="{state.get("fill", PLAIN)}"']
    found += ['font-weight="bold"'] if state.get(1) else []
    found += ['opacity="0.6"'] if state.get(2) else []
    found += ['font-style="italic"'] if state.get(3) else []
    found += ['text-decoration="underline"'] if state.get(4) else []
    return " ".join(found)


def columns(text):
    """How many cells of a terminal the text takes."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def draw(text, title, width):
    """The picture: every word stands at its own place, so that no font can push another out of line."""
    lines = text.split("\n")
    wide, high = EDGE * 2 + width * CELL, BAR + EDGE * 2 + len(lines) * LINE
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" role="img" aria-label="{escape(title)}">',
        f'<rect width="{wide:.0f}" height="{high}" rx="8" fill="{BACK}"/>',
        *(f'<circle cx="{20 + 20 * i}" cy="18" r="6" fill="{c}"/>' for i, c in enumerate(["#e06c75", "#e5c07b", "#98c379"])),
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14">',
        f'<text x="{wide / 2:.0f}" y="23" fill="{COLOURS[0]}" text-anchor="middle">{escape(title)}</text>',
    ]
    state = {}
    for number, line in enumerate(lines):
        column, y = 0, BAR + EDGE + (number + 0.75) * LINE
        for index, part in enumerate(SGR.split(line)):
            if index % 2:
                state = style(part, state)
                continue
            for word in re.finditer(r"\S+(?: \S+)*", part):
                x = EDGE + (column + columns(part[: word.start()])) * CELL
                length = columns(word.group()) * CELL
                out.append(
                    f'<text x="{x:.1f}" y="{y:.0f}" textLength="{length:.1f}" {attributes(state)}>{escape(word.group())}</text>'
                )
            column += columns(part)
    return "\n".join(out + ["</g>", "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("svg", help="the file to write")
    parser.add_argument("--block", action="append", default=[], metavar="PATTERN", help="keep blocks with this; all when not given")
    parser.add_argument("--width", type=int, default=100, help="columns of the terminal")
    parser.add_argument("--title", help="the command when not given")
    parser.add_argument("command", nargs="+")
    said = parser.parse_args()
    text, code = run(said.command, said.width)
    if code:
        sys.exit(f"{' '.join(said.command)} ended with {code}; nothing is written\n{text}")
    title = said.title or " ".join([os.path.basename(said.command[0]), *said.command[1:]])
    with open(said.svg, "w", encoding="utf-8") as file:
        file.write(draw(excerpt(text, said.block or [""]), f"$ {title}", said.width))


if __name__ == "__main__":
    main()
