"""``python -m dreiklang``: the same as the ``dreiklang`` command."""

import sys

from dreiklang.console.main import main

sys.exit(main())
