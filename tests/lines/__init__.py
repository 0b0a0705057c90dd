"""One table of channels on which the same stories are played over HTTP, through the real channel and the whole bot.

A **line** is one channel as its people know it: they type, send a picture, and read. Its row in `TABLE` is a name and
a function that opens it; that is all a new channel adds:

1. a file here with a class that is a `Line`: what its settings are, how a person's words travel to the bot (through a
   server in `tests/servers/` that plays the platform), and what the person reads of the answer, one string a message,
   buttons as "[label]";
2. a row in `tests/lines/table.py`.

`tests/whole/test_every_channel.py` plays the stories of `tests/stories.py` on every row; `tests/dialogues/` plays them
on the bare core. A story knows only `tests.stories.Phone`; `Caller` here is the one that goes over HTTP.
"""
