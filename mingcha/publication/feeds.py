"""New notices as a feed (Atom), one for each board: for those who follow without visiting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext

from mingcha.publication import queries
from mingcha.publication.boards import BY_SLUG, Board
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeKind

NEWEST = 50


class BoardFeed(Feed):
    """The newest notices of a board (订阅)."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Board:
        if kwargs["slug"] not in BY_SLUG:
            raise Http404
        return BY_SLUG[kwargs["slug"]]

    def title(self, board: Board) -> str:
        return gettext(board.heading)

    def subtitle(self, board: Board) -> str:
        return gettext(board.hint)

    def link(self, board: Board) -> str:
        return reverse("publication:board", args=[board.slug])

    def items(self, board: Board) -> list[tuple[Board, Notice]]:
        return [(board, notice) for notice in queries.public_notices(board.kind)[:NEWEST]]

    def item_title(self, item: tuple[Board, Notice]) -> str:
        return item[1].title

    def item_description(self, item: tuple[Board, Notice]) -> str:
        board, notice = item
        said = [notice.organization_name]
        if board.kind == NoticeKind.RESULT:
            said += notice.content["categories"]
        if notice.is_late:
            said.append(gettext("逾期公示"))
        return " · ".join(said)

    def item_link(self, item: tuple[Board, Notice]) -> str:
        board, notice = item
        return f"{reverse('publication:notice', args=[board.slug, notice.reference])}?version={notice.version}"

    def item_pubdate(self, item: tuple[Board, Notice]) -> datetime:
        return item[1].published_at

    def item_updateddate(self, item: tuple[Board, Notice]) -> datetime:
        return item[1].published_at
