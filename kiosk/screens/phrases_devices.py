"""Words for what devices fail at; none of it stops money."""

from __future__ import annotations

from typing import Final

from kiosk.devices import errors
from kiosk.i18n import Phrase
from kiosk.screens.wording import Cases, Wording, wording

_TYPE: Final = ("可以先用键盘输入手机或卡号", "Type the phone or card number meanwhile")
_LATER: Final = ("收款照常，修好后会自己补上", "Go on; it prints by itself once repaired")
_RIGHTS: Final = ("请维护人员安装设备规则", "Support installs the device rule")
_PLUG: Final = ("检查电源和线，插好会自己接上", "Check power and cable; it connects by itself")

SCAN_PARTIAL: Final = Phrase("没有扫完整：{code}", "Only a part was read: {code}")
SCAN_PARTIAL_WHY: Final = Phrase("码至少有六位", "A code has six characters or more")
SCAN_PARTIAL_NEXT: Final = Phrase("再扫一次，或用键盘输入", "Scan again, or type it")

WORDINGS: Final[dict[type[Exception], Wording | Cases]] = {
    errors.BadDeviceAddress: wording(
        ("设备地址「{address}」写错了", "The device address 「{address}」 is wrong"),
        ("应当像：{expected}", "It looks like: {expected}"),
        ("改好配置文件再启动", "Correct the config file and start again"),
    ),
    errors.ScannerUnplugged: wording(
        ("扫码枪断开了", "The scanner is unplugged"), ("{address} 不在", "{address} is not there"), _TYPE
    ),
    errors.ScannerInUse: wording(
        ("扫码枪被占用", "The scanner is in use"),
        ("别的程序正在用 {address}", "Another program holds {address}"),
        _TYPE,
    ),
    errors.ScannerFloods: wording(
        ("扫码枪一直在乱扫", "The scanner reads without end"),
        ("一秒超过二十个码，都没有收", "Over twenty codes a second; none is taken"),
        ("松开扳机，移开条码，停一秒就好", "Let go, take the code away; one calm second cures it"),
    ),
    errors.ScannerForbidden: wording(
        ("没有权限用扫码枪", "The scanner may not be opened"),
        ("{address} 不让本程序打开", "{address} is not open to this program"),
        _RIGHTS,
    ),
    errors.DisplayUnplugged: wording(
        ("客显断开了", "The customer's display is unplugged"), ("{address} 不在", "{address} is not there"), _PLUG
    ),
    errors.DisplayInUse: wording(
        ("客显被占用", "The customer's display is in use"),
        ("别的程序正在用 {address}", "Another program holds {address}"),
        _PLUG,
    ),
    errors.DisplayForbidden: wording(
        ("没有权限用客显", "The customer's display may not be opened"),
        ("{address} 不让本程序打开", "{address} is not open to this program"),
        _RIGHTS,
    ),
    errors.PrinterClosed: wording(
        ("打印机已经放开", "The printer was let go"), ("程序正在结束", "The program is ending"), _LATER
    ),
    errors.PrinterMissing: wording(
        ("没有打印机", "There is no printer"),
        ("配置里没有写打印机", "None is configured"),
        ("小票留在队列里，配好后可以打", "Slips wait; they print once one is configured"),
    ),
    errors.PrinterUnplugged: wording(
        ("打印机断开了", "The printer is unplugged"), ("{address} 不在", "{address} is not there"), _PLUG
    ),
    errors.PrinterUnreachable: wording(
        ("连不上打印机", "The printer cannot be reached"), ("{address} 没有回应", "{address} does not answer"), _PLUG
    ),
    errors.PrinterInUse: wording(
        ("打印机被占用", "The printer is in use"),
        ("别的程序正在用 {address}", "Another program holds {address}"),
        ("关掉另一个程序", "Close the other program"),
    ),
    errors.PrinterForbidden: wording(
        ("没有权限用打印机", "The printer may not be opened"),
        ("{address} 不让本程序打开", "{address} is not open to this program"),
        _RIGHTS,
    ),
    errors.WriteStalled: wording(
        ("打印机停在半路", "The printer stalled"),
        ("{total} 字节只收下 {written}", "It took {written} of {total} bytes"),
        ("关开一次打印机电源，小票会重打", "Switch it off and on; the slip prints again"),
    ),
    errors.PrinterSilent: wording(
        ("打印机没有回答", "The printer does not answer"),
        ("等了 {waited_ms} 毫秒", "{waited_ms} ms were waited"),
        ("看小票出来没有，没有就检查电源和线", "See whether the slip came out; else check power and cable"),
    ),
    errors.PrinterGarbled: wording(
        ("打印机的线路有乱码", "The printer's line carries noise"),
        ("来的不是打印机的回答", "What comes is no printer's answer"),
        ("检查线有没有插牢、速率对不对", "Check that the cable sits and the speed is right"),
    ),
    errors.PrinterOffline: wording(
        ("打印机离线", "The printer is offline"),
        ("它没有说原因", "It names no cause"),
        ("按一下打印机的走纸键", "Press its feed key"),
    ),
    errors.CoverOpen: wording(
        ("打印机盖子开着", "The printer's cover is open"),
        ("开着盖子不打印", "It does not print like this"),
        ("合上盖子，小票会接着打", "Close it; the slip goes on"),
    ),
    errors.PaperOut: wording(
        ("打印机没纸了", "The printer has no paper"),
        ("钱已入账，小票在等纸", "The money is recorded; the slip waits"),
        ("换一卷纸，小票会接着打", "Put in a roll; the slip goes on"),
    ),
    errors.PrinterFault: Cases(
        "fault",
        {
            "cutter": wording(
                ("切刀卡住了", "The cutter is stuck"),
                ("打印机报切刀故障", "The printer reports a cutter error"),
                ("打开盖子清理切刀，再合上", "Open the cover, clear the cutter, close it"),
            ),
            "unrecoverable": wording(
                ("打印机坏了", "The printer is broken"),
                ("它报无法恢复的故障", "It reports an error it cannot recover from"),
                ("关开一次电源，还不行就换打印机", "Switch it off and on, else replace it"),
            ),
        },
        wording(
            ("打印机故障", "Printer fault"),
            ("它报可恢复的故障", "It reports an error it can recover from"),
            ("关开一次电源", "Switch it off and on"),
        ),
    ),
}
