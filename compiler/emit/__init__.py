"""Program + Plan → text: C source, C header, report. Takes no decision."""
