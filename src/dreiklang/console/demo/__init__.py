"""The demo desk: a provider, its teams and customers, and ninety days of tickets, made by the commands themselves."""

from dreiklang.console.demo.building import PASSWORD, SIGN_INS, build_demo, tickets_in

__all__ = ["PASSWORD", "SIGN_INS", "build_demo", "tickets_in"]
