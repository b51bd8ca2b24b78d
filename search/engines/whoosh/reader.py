"""One published state of an index folder, opened: what answers every question about it, however long it is held."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from search.config import Ranking
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Segment
from search.engines.whoosh.storage import generations
from search.engines.whoosh.storage.reading import count_tags, open_segments
from search.engines.whoosh.storage.snapshot import Snapshot, open_snapshot, read_pointer
from search.engines.whoosh.storage.stamp import difference, reading_stamp
from search.errors import IndexDamagedError, IndexFormatError
from search.models import IndexStatus
from search.query.pins import Pins
from search.query.synonyms import Synonyms


class WhooshReader(Searcher):
    """base.Reader. Its files are mapped: who lets go of the last reference lets go of them."""

    def __init__(
        self,
        folder: Path,
        snapshot: Snapshot,
        segments: Sequence[Segment],
        synonyms: Synonyms,
        pins: Pins,
        ranking: Ranking,
    ) -> None:
        super().__init__(segments, Scoring(ranking), synonyms, pins, snapshot.built.date())
        self._folder = folder
        self._snapshot = snapshot
        self._segments = segments

    @property
    def generation(self) -> str:
        return self._snapshot.label

    @property
    def built(self) -> datetime:
        return self._snapshot.built

    def status(self) -> IndexStatus:
        records = self._snapshot.segments
        return IndexStatus(
            posts=sum(record.live for record in records),
            tags=count_tags(self._segments),
            size=generations.size(self._folder),
            generation=self.generation,
            built=self.built,
            segments=len(records),
            deleted=sum(len(record.deleted) for record in records),
            rules=self._snapshot.stamp.get("rules", ""),
        )


def open_reader(folder: Path, synonyms: Synonyms, pins: Pins, ranking: Ranking) -> WhooshReader:
    """Opens what is published in the index folder. Files that are gone because a writer has just swept them away are
    no damage: then there is a newer snapshot, which is opened instead.

    Raises IndexMissingError before the first build, IndexFormatError, IndexDamagedError, StorageError.
    """
    while True:
        snapshot = open_snapshot(folder)
        reason = difference(snapshot.stamp, reading_stamp())
        if reason:
            raise IndexFormatError(f"{folder} cannot be searched: {reason}", remedy="run `blogsearch index`")
        try:
            segments = open_segments(folder, snapshot, recompile=False)
        except IndexDamagedError:
            if read_pointer(folder).path != snapshot.path:
                continue
            segments = open_segments(folder, snapshot, recompile=True)
        return WhooshReader(folder, snapshot, segments, synonyms, pins, ranking)
