"""The console: what a registrar does on the web, without a developer and without a terminal.

Pages are made on the server. A subject (timetable, people, deliveries, …) is one module in
`subjects/` with its templates in `templates/<subject>/`; it declares its doors, each with the roles
that it is open to. What a door gets is a `Visit`: who is there, at which school, and one
transaction that commits when the page is returned.
"""
