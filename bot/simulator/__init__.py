"""LINE's side: a Messaging API that keeps LINE's rules, for the demonstration and for tests.

Nothing here imports the product; the product meets it over HTTP, as it meets LINE.
`bot.simulator.world.World` is the state, `bot.simulator.app.create_simulator` the server.
"""
