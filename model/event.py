"""突发事件 When something grave happened, and when a unit first told of it: moments people enter, to the minute."""

from datetime import timedelta
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from model.dossier import Text
from model.frozen import Frozen

RELEASE_WITHIN = timedelta(hours=5)  # 黑龙江2017 三（四）: 最迟5小时内发布权威信息
BRIEFING_WITHIN = timedelta(hours=24)  # 24小时内举行新闻发布会
LONGEST_TITLE, LONGEST_URL, LONGEST_NOTE = 200, 2048, 500


class Emergency(Frozen):
    """突发事件 `released_at`: first authoritative word; `briefed_at`: first press briefing. None: nobody has entered it, which
    does not say that there was none.
    """

    unit: str
    title: Text = Field(min_length=1, max_length=LONGEST_TITLE)
    happened_at: AwareDatetime
    released_at: AwareDatetime | None = None
    briefed_at: AwareDatetime | None = None
    release_url: Text = Field(default="", max_length=LONGEST_URL)
    briefing_url: Text = Field(default="", max_length=LONGEST_URL)
    note: Text = Field(default="", max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(one is not None and one < self.happened_at for one in (self.released_at, self.briefed_at)):
            raise ValueError("told before it happened")
        return self
