"""Write `icons.svg`, the one file of icons every page refers to.

    python static/phare/build_icons.py

Drawings: Bootstrap Icons (MIT licence, The Bootstrap Authors), from `node_modules/bootstrap-icons`.
A whole icon font weighs a megabyte; a page uses about eighty of its two thousand drawings.
Names on the left are ours: a template says what an icon means, this table says how it is drawn.
"""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "node_modules" / "bootstrap-icons" / "icons"

DOMAINS = {
    "D01": "briefcase",
    "D02": "graph-up-arrow",
    "D03": "wallet2",
    "D04": "life-preserver",
    "D05": "chat-heart",
    "D06": "hourglass-split",
    "D07": "house-exclamation",
    "D08": "universal-access",
    "D09": "shield-check",
    "D10": "mortarboard",
    "D11": "bus-front",
    "D12": "heart-pulse",
    "D13": "wifi",
    "D14": "palette",
    "D15": "tree",
    "D16": "lightning-charge",
}
AXES = {
    "economic": "currency-euro",
    "social": "heart",
    "societal": "signpost-split",
    "environmental": "flower1",
}
KINDS = {
    "association": "people-fill",
    "company": "buildings",
    "municipality": "bank",
    "university": "book-half",
    "other": "building",
}
STAGES = {
    "prepare": "chat-left-text",
    "accompany": "people",
    "evaluate": "clipboard-check",
    "closed": "flag",
    "ended": "slash-circle",
}
ACTIONS = {
    "account": "person-circle",
    "add": "plus-lg",
    "arrow-down": "arrow-down",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "arrow-up": "arrow-up",
    "bell": "bell",
    "calendar": "calendar-event",
    "check": "check-lg",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "clock": "clock",
    "close": "x-lg",
    "compass": "compass",
    "copy": "copy",
    "delete": "trash",
    "document": "file-earmark-text",
    "download": "download",
    "edit": "pencil",
    "error": "x-octagon-fill",
    "external": "box-arrow-up-right",
    "filter": "funnel",
    "gear": "gear",
    "help": "question-circle",
    "home": "house",
    "idea": "lightbulb",
    "inbox": "inbox",
    "info": "info-circle-fill",
    "key": "key",
    "language": "translate",
    "link": "link-45deg",
    "mail": "envelope",
    "map": "map",
    "menu": "list",
    "network": "diagram-3",
    "no": "hand-thumbs-down",
    "place": "geo-alt",
    "print": "printer",
    "refresh": "arrow-repeat",
    "search": "search",
    "security": "shield-lock",
    "sign-in": "box-arrow-in-right",
    "sign-out": "box-arrow-right",
    "sort": "arrow-down-up",
    "star": "stars",
    "success": "check-circle-fill",
    "table": "table",
    "upload": "upload",
    "verified": "patch-check-fill",
    "view": "eye",
    "warning": "exclamation-triangle-fill",
    "yes": "hand-thumbs-up",
}
ICONS = DOMAINS | AXES | KINDS | STAGES | ACTIONS


def symbol(name: str, drawing: str) -> str:
    """One `<symbol>` under our name; raises FileNotFoundError when the drawing does not exist."""
    text = (SOURCE / f"{drawing}.svg").read_text(encoding="utf-8")
    found = re.search(r'viewBox="([^"]+)">(.*)</svg>', text, re.DOTALL)
    if found is None:
        raise ValueError(f"{drawing}.svg is not the kind of drawing expected")
    inner = re.sub(r"\s*\n\s*", "", found[2])
    return f'<symbol id="{name}" viewBox="{found[1]}">{inner}</symbol>'


def main() -> None:
    """Write the file; the order is that of the names, so that a change reads well in a diff."""
    note = (
        "<!-- Bootstrap Icons, MIT licence, The Bootstrap Authors. Written by build_icons.py. -->"
    )
    symbols = [symbol(name, ICONS[name]) for name in sorted(ICONS)]
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, "</svg>", ""]
    (HERE / "icons.svg").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
