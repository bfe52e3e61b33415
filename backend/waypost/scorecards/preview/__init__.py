"""The preview of a change: whose levels it moves, which checks, and what becomes of exemptions."""
