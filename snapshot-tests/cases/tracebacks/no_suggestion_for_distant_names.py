abcdefgh = 1
zzzzz
