"""Head office's pages for people: rendered here, readable without JavaScript, in Chinese and English.

One file in `views` is one page: it names its path, title and who may see it, and what is done to it. Handlers are plain
functions that run in a worker thread; `guard` is what stands before every one of them.
"""
