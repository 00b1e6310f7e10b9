"""The accounts a consultant chose: the most telling rule decides where an amount is posted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from x3studio.domain.bookkeeping import AccountRule
from x3studio.domain.settlements import Account, Accounts, Amount, Triple


@dataclass(frozen=True, slots=True)
class Book:
    """Accounts by group, marketplace, channel and product line; "" stands for any.

    `complete` fills in what the site decides for every account, such as dimensions.
    """

    rules: Mapping[tuple[str, str, str, str], Account]
    complete: Callable[[Account, Amount], Account] | None = None

    @classmethod
    def of(
        cls, rules: Iterable[AccountRule], *, complete: Callable[[Account, Amount], Account] | None = None
    ) -> "Book":
        """The book of these rules; marketplaces are told apart without regard to case."""
        return cls(
            {
                (rule.group, rule.marketplace.casefold(), rule.channel, rule.line): rule.account
                for rule in rules
                if rule.account.code
            },
            complete,
        )

    @classmethod
    def of_groups(cls, accounts: Accounts) -> "Book":
        """A book in which each group has one account."""
        return cls({(group, "", "", ""): account for group, account in accounts.items()})

    def plain(self, group: str) -> Account | None:
        """The account of lines that belong to no marketplace: the deposit, the roll-over."""
        return self.rules.get((group, "", "", ""))

    def of_marketplace(self, group: str, marketplace: str) -> Account | None:
        """The account of money of a marketplace that no line of a settlement stands for yet."""
        return self.account_for(group, Amount(Triple("", "", ""), "", marketplace, "", Decimal(0), 0))

    def account_for(self, group: str, amount: Amount) -> Account | None:
        """The account of one grain: the line tells more than the marketplace, that more than the channel."""
        market = amount.marketplace.casefold()
        for line in dict.fromkeys((amount.line, "")):
            for marketplace in dict.fromkeys((market, "")):
                for channel in dict.fromkeys((amount.channel, "")):
                    found = self.rules.get((group, marketplace, channel, line))
                    if found is not None:
                        return self.complete(found, amount) if self.complete else found
        return None
