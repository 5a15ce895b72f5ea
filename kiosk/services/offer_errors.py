"""What use cases of offers refuse beside `errors.py`: claims, sales, uses, gifts.

```
OfferRefused
├── ClaimNotOpen
├── NothingToClaim
├── NotInProgramme
├── NotForUse
├── NotOnItsList
├── NotGiftable
├── GiftToSelf
└── ReferrerUnfit
```
All of it is a ServiceError.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import ServiceError


class OfferRefused(ServiceError):
    """Something a member owns, or could get, does not do what was asked."""


@dataclass(eq=False)
class ClaimNotOpen(OfferRefused):
    """A rule gives this member nothing now; `reason` is the code of the first reason (`Declined.reasons`)."""

    rule_id: str
    name: str
    reason: str


@dataclass(eq=False)
class NothingToClaim(OfferRefused):
    """No rule gives this member anything now."""

    member_id: str


@dataclass(eq=False)
class NotInProgramme(OfferRefused):
    """The programme in force has no product, item of the points mall, asset or lottery of this name."""

    name: str


@dataclass(eq=False)
class NotForUse(OfferRefused):
    """An asset is not used up at the counter by itself: coupons and points come off a bill, a right is only held."""

    asset: str


@dataclass(eq=False)
class NotOnItsList(OfferRefused):
    """What was chosen is not among the goods an exchange card or voucher is for."""

    asset: str
    goods: str


@dataclass(eq=False)
class NotGiftable(OfferRefused):
    """The programme does not let members give this asset away."""

    asset: str


@dataclass(eq=False)
class GiftToSelf(OfferRefused):
    """Giver and receiver are one member."""

    member_id: str


@dataclass(eq=False)
class ReferrerUnfit(OfferRefused):
    """Nobody can be thanked for bringing a member: `reason` is `unknown`, `anonymous` or `self`."""

    code: str
    reason: str
