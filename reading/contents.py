"""所载 What a page holds beside its text and its list, for the full reading: the live crawl asks for none of it."""

from collections.abc import Iterator

from model import Attachment, DocumentAttributes, GuideElement, Message, PageForm
from reading.attachments import attachments_of
from reading.attributes import attributes_of
from reading.forms import forms_of
from reading.letters import messages_of
from reading.once import once
from reading.page import Page
from reading.rows import Group
from reading.service_guide import guide_of


class Contents(Page):
    """页面所载 Heads of documents, files, letters and guides; lists and home pages name the same words for others."""

    @property
    def _listed(self) -> bool:
        return self.main_list is not None or self.is_home or self.jump is not None

    @once
    def document(self) -> DocumentAttributes | None:
        """The head; when it does not tell when the document was made, its signature may."""
        if self._listed:
            return None
        found = attributes_of(self.root, self.visible, self.meta, self.snapshot.fetched_at)
        if found is None or found.made_on is not None:
            return found
        return found.model_copy(update={"made_on": self.signature})

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return () if self._listed else attachments_of(self.links.links)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Lists of letters are lists too."""
        if self.is_home or self.jump:
            return ()
        at = self.snapshot.fetched_at
        return messages_of(self.root, self.visible, self._each_group(), self.links.of, self.title, at)

    def _each_group(self) -> Iterator[Group]:
        """The groups, laid out only when the first of them is asked for: few pages name what letters name."""
        yield from self.groups

    @property
    def guide(self) -> tuple[GuideElement, ...]:
        return () if self._listed else guide_of(self.root, self.visible, self.walk, self.places)

    @property
    def forms(self) -> tuple[PageForm, ...]:
        """A list may stand below a search box, and a home page holds one."""
        return () if self.jump else forms_of(self.root)
