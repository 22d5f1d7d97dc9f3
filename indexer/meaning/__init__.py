"""Search by meaning: encoders turn texts of any language into vectors, and near vectors are alike in meaning.

Everything here is optional: an index without vectors, or a machine without an encoder, searches by words alone.
"""
