"""The values use cases hand out, so that a screen can name them without reaching into the model."""

from kiosk.model.cards import Card as Card
from kiosk.model.cards import CardState as CardState
from kiosk.model.journal import Recorded as Recorded
from kiosk.model.members import Member as Member
from kiosk.model.shifts import Shift as Shift
from kiosk.model.staff import Role as Role
from kiosk.model.staff import Staff as Staff
from kiosk.model.uplink import Pending as Pending
from ledger.rules.shift import ShiftFigures as ShiftFigures
from ledger.rules.shift import Tally as Tally
