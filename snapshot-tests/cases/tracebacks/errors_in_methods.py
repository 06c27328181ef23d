class C:
    def m(self):
        self.n()
    def n(self):
        return self.missing
C().m()
