import unittest


def setUpModule():
    print("module set up")


class Sums(unittest.TestCase):
    def setUp(self):
        self.numbers = [1, 2, 3]

    def test_right(self):
        self.assertEqual(sum(self.numbers), 6)

    def test_wrong(self):
        """A sum that is wrong."""
        self.assertEqual(sum(self.numbers), 7, "not seven")

    def test_error(self):
        self.numbers["one"]

    def test_lists(self):
        self.assertEqual([1, 2, 3], [1, 2, 4])

    def test_text(self):
        self.assertMultiLineEqual("one\ntwo\nthree\n", "one\n2\nthree\n")

    def test_dicts(self):
        self.assertEqual({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]})

    def test_raises(self):
        with self.assertRaisesRegex(ValueError, "bad"):
            raise ValueError("worse")

    def test_parts(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertLess(i, 2)

    @unittest.skip("not today")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as expected")

    @unittest.expectedFailure
    def test_unexpected(self):
        pass


class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError("no set-up")

    def test_never(self):
        pass


if __name__ == "__main__":
    unittest.main()
