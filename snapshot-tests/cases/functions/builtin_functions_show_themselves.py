print(len, abs, print.__name__, len.__self__.__name__, len.__module__, len.__text_signature__)
print([].append.__name__, "".join.__qualname__, str.join, dict.fromkeys.__name__)
print(int.__add__, (5).__add__.__name__, list.__init__)
