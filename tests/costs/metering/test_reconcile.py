"""The meters held against the settled days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bot.costs.metering.reconcile import Ledgers, reconcile
from bot.costs.model import SettledLine
from bot.costs.store.meters import MeteredSum
from bot.costs.store.settled import FetchedLine

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
EC2, S3, BEDROCK = "Amazon Elastic Compute Cloud - Compute", "Amazon Simple Storage Service", "Amazon Bedrock"


def midnight(day: date) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time(), tzinfo=UTC)


@dataclass
class Books:
    """Two ledgers of some days, as a test fills them."""

    settled: list[FetchedLine] = field(default_factory=list)
    metered: list[MeteredSum] = field(default_factory=list)
    looks: dict[date, datetime] = field(default_factory=dict)

    def day(self, ago: int, service: str, *, settled: str, metered: str, account: str = "1") -> None:
        """This function will write one day of a service into both ledgers."""
        day = TODAY - ago * DAY
        self.bill(ago, service, settled, account=account)
        self.meter(ago, service, metered, account=account)
        self.looks[day] = midnight(day) + timedelta(minutes=15)

    def bill(self, ago: int, service: str, amount: str, *, account: str = "1") -> None:
        """This function will write what is settled, as it was told two days after."""
        day = TODAY - ago * DAY
        told = SettledLine(account=account, day=day, service=service, amount=Decimal(amount))
        self.settled.append(FetchedLine(line=told, fetched_at=midnight(day) + 2 * DAY))

    def meter(self, ago: int, service: str, amount: str, *, account: str = "1") -> None:
        """This function will write what was metered."""
        day = TODAY - ago * DAY
        told = MeteredSum(
            day=day, account=account, service=service, amount=Decimal(amount), first_at=midnight(day)
        )
        self.metered.append(told)

    @property
    def ledgers(self) -> Ledgers:
        """What is compared today."""
        return Ledgers(today=TODAY, settled=self.settled, metered=self.metered, first_looks=self.looks)


def since_before() -> Books:
    """Books of an account that was metered before the fortnight began."""
    books = Books()
    books.meter(20, EC2, "1")
    return books


def test_a_fortnight_is_compared_service_by_service() -> None:
    """Days oldest first, the newest one by service, and the error of all of them together."""
    books = since_before()
    books.day(3, EC2, settled="40", metered="42")
    books.day(3, BEDROCK, settled="60", metered="57")
    books.day(2, EC2, settled="50", metered="40")
    found = reconcile(books.ledgers)
    assert [(one.day, one.settled, one.metered) for one in found.days] == [
        (TODAY - 3 * DAY, Decimal(100), Decimal(99)),
        (TODAY - 2 * DAY, Decimal(50), Decimal(40)),
    ]
    assert [(one.service, one.error) for one in found.services] == [(EC2, Decimal("-0.2"))]
    assert found.error == Decimal(-11) / 150
    assert not found.is_off


def test_beyond_fifteen_percent_the_meters_are_off() -> None:
    """Fifteen percent to either side are borne, more is not."""
    for metered, is_off in (("85", False), ("84.99", True), ("115", False), ("115.01", True)):
        books = since_before()
        books.day(2, EC2, settled="100", metered=metered)
        assert reconcile(books.ledgers).is_off is is_off, metered


def test_what_nobody_meters_is_part_of_the_error() -> None:
    """A service that is only on the bill, and one that only the meters know, both count."""
    books = since_before()
    books.day(2, EC2, settled="90", metered="90")
    books.bill(2, S3, "10")
    books.meter(2, BEDROCK, "3")
    found = reconcile(books.ledgers)
    assert [(one.service, one.settled, one.metered) for one in found.services] == [
        (BEDROCK, Decimal(0), Decimal(3)),
        (EC2, Decimal(90), Decimal(90)),
        (S3, Decimal(10), Decimal(0)),
    ]
    assert found.services[0].error is None
    assert found.error == Decimal("-0.07")


def test_a_day_that_still_grows_is_not_settled() -> None:
    """Cost Explorer may be a day behind: what was fetched sooner after the day's end is not held against the meters."""
    books = since_before()
    books.day(1, EC2, settled="10", metered="100")
    early = replace(books.settled[0], fetched_at=midnight(TODAY) + timedelta(hours=23))
    books.settled = [early]
    assert reconcile(books.ledgers).error is None


def test_a_day_that_was_not_metered_from_its_beginning_does_not_count() -> None:
    """What had ended before the first look of a day is not known, nor is a day without looks."""
    books = since_before()
    books.day(2, EC2, settled="100", metered="20")
    late = books.looks[TODAY - 2 * DAY] + timedelta(hours=1)
    books.looks[TODAY - 2 * DAY] = late
    books.bill(3, EC2, "100")
    assert reconcile(books.ledgers).days == ()


def test_an_account_counts_from_its_second_day_on() -> None:
    """An account that is added comes with a week of settled days of which nothing was metered."""
    books = since_before()
    for ago in (4, 3, 2):
        books.day(ago, EC2, settled="10", metered="10")
    for ago in (4, 3, 2):
        books.bill(ago, EC2, "50", account="2")
    books.meter(3, EC2, "20", account="2")
    books.meter(2, EC2, "50", account="2")
    found = reconcile(books.ledgers)
    assert [one.settled for one in found.days] == [10, 10, 60]
    assert found.error == 0


def test_what_is_spent_outside_aws_is_compared_where_the_bill_knows_it() -> None:
    """A fixed item that stands for a service of the bill is held against it; minutes of workflows are not."""
    books = since_before()
    books.day(2, EC2, settled="90", metered="90")
    books.bill(2, S3, "10")
    books.meter(2, S3, "10", account="")
    books.meter(2, "GitHub Actions", "500", account="")
    assert reconcile(books.ledgers).error == 0


def test_older_days_and_today_are_left_out() -> None:
    """Only the fortnight before today is compared."""
    books = since_before()
    books.day(15, EC2, settled="100", metered="1")
    books.day(0, EC2, settled="100", metered="1")
    books.day(14, EC2, settled="100", metered="99")
    assert reconcile(books.ledgers).error == Decimal("-0.01")


def test_where_nothing_is_settled_there_is_no_error() -> None:
    """On the first days nobody knows how far off the meters are, which is not the same as not at all."""
    found = reconcile(Books().ledgers)
    assert (found.days, found.services, found.error, found.is_off) == ((), (), None, False)
