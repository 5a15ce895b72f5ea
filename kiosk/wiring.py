"""The wiring: the only place that constructs; it turns a config into a counter with its devices."""

from __future__ import annotations

import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.clock import SystemClock
from kiosk.config import Config, DisplayConfig
from kiosk.devices.addresses import Address, Kind, parse_address
from kiosk.devices.display_server import DisplayServer
from kiosk.devices.displays import Displays
from kiosk.devices.errors import ScannerUnplugged
from kiosk.devices.escpos_printer import EscposPrinter
from kiosk.devices.line_display import LineDisplay, VirtualLineDisplay
from kiosk.devices.ports import Confirm, CustomerDisplay, NoDisplay, PrinterPort, Scanner
from kiosk.devices.serial_scanner import SerialScanner
from kiosk.devices.transports import transport_to
from kiosk.devices.virtual import NoPrinter, VirtualPrinter, VirtualScanner
from kiosk.devices.wedge import WedgeDetector
from kiosk.display_wire import socket_of
from kiosk.i18n import Language
from kiosk.log_lines import log_to
from kiosk.model import cipher
from kiosk.model.backup_rotation import Keep
from kiosk.model.disk import disk_errors_named
from kiosk.model.file_modes import refuse_open_files
from kiosk.model.store import Store
from kiosk.receipts.document import Document
from kiosk.receipts.escpos_bytes import PaperProfile, render
from kiosk.receipts.probe import ProbePage, probe_pages
from kiosk.services.backup import Places
from kiosk.services.backup_desk import Backups, BoxBackups
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon
from kiosk.services.pepper_file import NAME as PEPPER_NAME
from kiosk.services.pepper_file import PepperFile
from kiosk.services.sign_in import begin_pepper
from kiosk.services.till_devices import TillDevices
from kiosk.uplink import NoDaemon, SyncDaemon
from ledger.ids import IdMint

_LOG_BYTES: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Till:
    """A counter with its devices, displays and its line to head office; `wedge` is None where no scanner types like a keyboard."""

    counter: Counter
    daemon: Daemon
    devices: TillDevices
    display: CustomerDisplay
    wedge: WedgeDetector | None
    backups: Backups


def open_counter(config: Config) -> Counter:
    """Return the counter over the box's database; raises ModelError."""
    clock = SystemClock()
    cipher.use(config.key_file)
    return Counter(
        store=Store.open(config.database),
        clock=clock,
        ids=IdMint(clock, secrets.token_bytes),
        entropy=secrets.token_bytes,
        till=config.till,
        zone=config.zone,
        language=config.language,
        training=config.training,
        pepper_file=pepper_file(config.state),
    )


def pepper_file(state: Path) -> PepperFile:
    """Return where a box keeps the secret for PINs."""
    return PepperFile(state / PEPPER_NAME)


def open_till(config: Config) -> Till:
    """Return the counter with its scanner and printer, nothing of it running; raises ModelError, BadDeviceAddress, OpenToOthers."""
    with disk_errors_named(config.state):
        config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_open_files(config.database, config.state, config.backup.folder)
        log_to_file(config.state / "kiosk.log")
        counter = open_counter(config)
        begin_pepper(counter)
    address = parse_address(config.printer.address)
    profile = paper_profile(config)

    def as_bytes(document: Document, opens_drawer: bool) -> bytes:  # noqa: FBT001 - the shape of `printing.Render`
        return render(document, profile, drawer=opens_drawer)

    devices = TillDevices(
        counter,
        scanner_at(parse_address(config.scanner.address, config.scanner.baud)),
        printer_at(address, Confirm(config.printer.confirm)),
        as_bytes,
        columns=config.printer.columns,
        slips_folder=config.state / "slips" if address.kind is Kind.VIRTUAL else None,
    )
    wedge = WedgeDetector(config.scanner.wedge_prefix) if config.scanner.wedge else None
    backups = BoxBackups(counter, backup_places(config))
    with disk_errors_named(config.state):
        backups.begin()
    return Till(counter, daemon_at(config.daemon), devices, display_of(config), wedge, backups)


def backup_places(config: Config) -> Places:
    """Return where this box's backups and the marker of its past are kept."""
    kept = config.backup
    keep = Keep(kept.keep_daily, kept.keep_weekly, kept.keep_monthly)
    return Places(config.state, kept.folder, kept.second, keep, config.zone, kept.warn_days)


def display_of(config: Config) -> CustomerDisplay:
    """Return what the customer sees: terminals that follow this till, and its line display; raises BadDeviceAddress."""
    language = Language(config.language)
    terminals = DisplayServer(socket_of(config.state, config.till), language)
    return Displays(terminals, line_display_at(config.display, language))


def line_display_at(settings: DisplayConfig, language: Language) -> CustomerDisplay:
    """Return the driver for a line display's address."""
    address = parse_address(settings.line, settings.baud)
    if address.kind is Kind.NONE:
        return NoDisplay()
    if address.kind is Kind.VIRTUAL:
        return VirtualLineDisplay(language)
    return LineDisplay(transport_to(address), language, settings.encoding)


def daemon_at(socket: Path | None) -> Daemon:
    """Return the way to the daemon that speaks with head office, None for a box without one."""
    return NoDaemon() if socket is None else SyncDaemon(socket)


def scanner_at(address: Address) -> Scanner | None:
    """Return the driver for a scanner's address, None for none."""
    if address.kind is Kind.NONE:
        return None
    if address.kind is Kind.VIRTUAL:
        return VirtualScanner(Path(address.place) if address.place else None)
    return SerialScanner(transport_to(address))


def scan_into(place: Path, code: str) -> None:
    """Hand a code to the virtual scanner that listens at a place; raises ScannerUnplugged where none does."""
    try:
        pipe = os.open(place, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as nobody_listens:
        raise ScannerUnplugged(f"virtual:{place}") from nobody_listens
    with os.fdopen(pipe, "wb") as scanner:
        scanner.write(code.encode() + b"\r")


def printer_at(address: Address, confirm: Confirm) -> PrinterPort:
    """Return the driver for a printer's address."""
    if address.kind is Kind.NONE:
        return NoPrinter()
    if address.kind is Kind.VIRTUAL:
        return VirtualPrinter()
    return EscposPrinter(transport_to(address), confirm, address.inquiry)


def paper_profile(config: Config) -> PaperProfile:
    """Return how the configured printer wants its slips."""
    return PaperProfile(
        cache_dir=config.state / "escpos",
        columns=config.printer.columns,
        encoding=config.printer.encoding,
        font=config.printer.font,
        qr=config.printer.qr,
        cut=config.printer.cut,
    )


@dataclass(frozen=True, slots=True)
class Probed:
    """The pages that were printed, and the strongest way in which the printer confirms a job."""

    pages: tuple[ProbePage, ...]
    confirm: Confirm


def probe(config: Config, address: str | None) -> Probed:
    """Print the probe pages at an address, the config's unless named; raises DeviceError."""
    pages = probe_pages(paper_profile(config))
    place = parse_address(address or config.printer.address)
    printer = printer_at(place, Confirm(config.printer.confirm))
    try:
        confirm = printer.strongest_confirm() if isinstance(printer, EscposPrinter) else Confirm.WRITTEN
        for page in pages:
            printer.print_job(page.content)
    finally:
        printer.close()
    return Probed(pages, confirm)


def log_to_file(path: Path) -> None:
    """Send every log line to a file of the box: one on the terminal would stand on the full-screen counter."""
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - with it, only where a counter runs

    path.touch(mode=0o600)
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True)
    log_to(handler, "%(asctime)s %(levelname)s %(name)s %(message)s", logging.INFO)
