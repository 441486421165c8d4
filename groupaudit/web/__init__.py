"""The public web as an anonymous reader: what does groups.google.com show of a group to anybody?

One visitor, one connection, few requests, far apart. It carries no credentials and no cookies,
obeys robots.txt, solves no riddle and passes no login, and takes only positive evidence for an
answer.
"""
