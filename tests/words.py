"""Words that some medium takes for markup or control, and readers of what media show."""

import html.parser
import re

from markdown_it import MarkdownIt

UGLY = (
    *("cost_$", "<=$5^$", r"\frac{1}{2} $x_1$", "_x", "__init__", "rate [/s]", "rate [/old]"),
    *("[bold]", "<b>bold</b>", "a<br>b", "R&D", "&lt;", "`tick`", "a|b", "*star*", "~~gone~~"),
    *("100 %", "%{x}", "%s", "{}", "{0.x}", "# head", "- item", "1. item", "[a](b)", ":smile:"),
    *("two\nlines", "\x1b[31mred", "bell\a", "\u202eright", "速度", "日本", "🚀 up"),
    *(
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+1",
        "-1",
        "80 " + "x" * 77,
        "300 " + "long name " * 29 + "long name",
        "**",
    ),
)


def squeezed(text: str) -> str:
    """The text without white space, which every medium breaks lines at."""
    return re.sub(r"\s", "", text)


class PageText(html.parser.HTMLParser):
    """The text that a browser shows of a page, alternative texts of pictures, and start tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.hidden = "", list[str](), False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hidden = tag in ("script", "style")
        self.text += dict(attrs).get("alt") or ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text += data


def rendered(markdown: str) -> PageText:
    """What a reader of this Markdown sees; raw HTML in it would be HTML."""
    return PageText(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
