"""The doors, in and out (mail, telephony, chat, monitoring …), and the one gate behind them."""
