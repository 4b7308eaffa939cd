"""Seeds written by hand, in ONNX's own text form: one of everything that a file can hold."""

import re

_HEAD = """<ir_version: 10,
  opset_import: ["" : %d, "mine" : 1, "com.microsoft" : 1, "ai.onnx.ml" : 3]>"""
_ONES = re.compile(r"ones (\d+)")

_BRANCHES = """
g (float[N, 4] x, bool c) => (float[N, 4] y) <float[4, 4] w = {ones 16}> {
  y = If (c) <
    then_branch = t () => (float[N, 4] a) { a = MatMul (x, w) },
    else_branch = e () => (float[N, 4] b) {
      r = Relu (x)
      b = If (c) <then_branch = i () => (float[N, 4] p) { p = Abs (r) },
                  else_branch = j () => (float[N, 4] q) { q = Neg (r) }>
    }>
}"""

_LOOP = """
g (float[N, 4] x, int64 m, bool c) => (float[N, 4] y, all) <int64 five = {5}, bool go = {1}> {
  y, all = Loop (five, go, x) <body = b (int64 i, bool ci, float[N, 4] v)
    => (bool co, float[N, 4] vo, float[N, 4] each) {
      co = Identity (ci)
      vo = Relu (v)
      each = Identity (vo)
    }>
  grown = Loop (m, c, x) <body = d (int64 i2, bool ci2, float[M, 4] v2)
    => (bool co2, float[K, 4] vo2) { co2 = Identity (ci2) vo2 = Concat <axis = 0> (v2, x) }>
  counted = Loop ("", go, five) <body = f (int64 i3, bool ci3, int64 v3)
    => (bool co3, int64 vo3) { co3 = Less (i3, five) vo3 = Add (v3, five) }>
}"""

_SCAN = """
g (float[4] start, float[T, 4] x) => (float[4] end, float[T, 4] all) {
  end, all = Scan <num_scan_inputs = 1, body = b (float[4] held, float[4] slice)
    => (float[4] next, float[4] each) { next = Add (held, slice) each = Mul (next, slice) }>
    (start, x)
}"""

_FUNCTIONS = """
g (float[N, 4] x) => (y) <int64[2] four = {4, 4}, float[4, 4] w = {ones 16}> {
  h = mine.Layer <keep = 1> (x, w)
  i = Expand (h, four)
  k = mine.Layer <keep = 0> (i, w)
  y = mine.Outer (w, w)
}
<domain: "mine", opset_import: ["" : 17]>
Layer <keep> (p, q) => (r) {
  s = MatMul (p, q)
  r = ReduceMax <axes = [1], keepdims: int = @keep> (s)
}
<domain: "mine", opset_import: ["" : 17, "mine" : 1]>
Outer (p, q) => (r) { s = mine.Layer <keep = 1> (q, q) r = Add (p, s) }
"""

_SEQUENCES = """
g (float[N, 4] x) => (float[N, 4] y, n, z) <int64 one = {1}, int64[2] sizes = {2, 2}> {
  parts = SplitToSequence <axis = 1> (x, one)
  pairs = SplitToSequence <axis = 1> (x, sizes)
  first = SequenceAt (parts, one)
  more = SequenceInsert (parts, first)
  less = SequenceErase (more, one)
  n = SequenceLength (less)
  y = ConcatFromSequence <axis = 1> (less)
  mapped = SequenceMap (pairs) <body = b (float[N, 2] i) => (float[N, 2] o) { o = Relu (i) }>
  z = ConcatFromSequence <axis = 0> (mapped)
  empty = SequenceEmpty ()
  made = SequenceConstruct (x, y)
  held = Optional (x)
  has = OptionalHasElement (held)
  got = OptionalGetElement (held)
}"""

_SHAPES = """
g (float[batch, 3, H, W] x) => (y, z) <int64[1] rest = {-1}, int64[1] zero = {0},
    int64[2] twos = {2, 2}, float[4] scales = {1, 1, 2, 2}, int64 ten = {10}, int64 one = {1},
    int64[4] big = {1, 3, 16, 16},
    int64[8] pads = {0, 0, 1, 1, 0, 0, 1, 1},
    int64[2] sums = {100352, 50176}, float[2] sizes = {0.5, 2}> {
  s = Shape (x)
  n = Gather (s, zero)
  h = Slice (s, zero, rest)
  to = Concat <axis = 0> (n, rest)
  flat = Reshape (x, to)
  half = Div (s, ten)
  f = Cast <to = 1> (s)
  g = Mul (f, scales)
  i = Floor (g)
  k = Cast <to = 7> (i)
  r = Resize (x, "", scales)
  t = Resize (x, "", "", big)
  made = ConstantOfShape (s)
  counted = Range (one, ten, one)
  e = Expand (one, twos)
  bo = Cast <to = 9> (n)
  w = Where (bo, twos, rest)
  tiled = Tile (twos, zero)
  p = Pad (x, pads)
  nz = NonZero (x)
  nt = Transpose (nz)
  got = GatherND (x, nt)
  v, at = TopK (flat, zero)
  u = Unsqueeze (flat, zero)
  q = Squeeze (u, zero)
  a, b = Split <axis = 1> (flat, sums)
  oh = OneHot (n, ten, sizes)
  y = Flatten (r)
  z = Unique (flat)
  o = Cast <to = 9> (n)
  c = Compress (x, o)
  d = Pow (twos, twos)
  m = Mod (big, ten)
}"""

_QUANTISED = """
g (float[N, 3, 8, 8] x) => (y, z) <uint8[4, 3, 3, 3] w = {ones 108},
    float one = {0.5}, uint8 zp = {3}, int8[4, 4] w2 = {ones 16},
    float[4] per = {1, 1, 1, 1}, int8[4] zps = {0, 0, 0, 0}> {
  q = QuantizeLinear (x, one, zp)
  c = QLinearConv <kernel_shape = [3, 3]> (q, one, zp, w, one, zp, one, zp)
  d = DequantizeLinear (c, one, zp)
  f = Flatten (d)
  u, us, uz = DynamicQuantizeLinear (d)
  ci = ConvInteger (q, w, zp, zp)
  wd = DequantizeLinear <axis = 1> (w2, per, zps)
  t = Transpose <perm = [0, 2, 3, 1]> (d)
  m = MatMul (t, wd)
  ut = Transpose <perm = [0, 2, 3, 1]> (u)
  mi = MatMulInteger (ut, w2)
  y = com.microsoft.QLinearAdd (c, one, zp, c, one, zp, one, zp)
  z = com.microsoft.DynamicQuantizeMatMul (t, w2, per, zps)
}"""

_RECURRENT = """
g (float[T, N, 4] x) => (y, z) <float[2, 12, 4] w = {ones 96}, float[2, 12, 3] r = {ones 72},
    float[1, 9, 4] gw = {ones 36}, float[1, 9, 3] gr = {ones 27}> {
  y, h, c = LSTM <hidden_size = 3, direction = "bidirectional"> (x, w, r)
  z, k = GRU <hidden_size = 3> (x, gw, gr)
  a = Squeeze (z)
  o = RNN <hidden_size = 9> (x, gw, gr)
}"""

_ATTENTION = """
g (int64[N, S] ids, float[N, S, 8] x) => (y, k) <float[10, 8] table = {ones 80},
    float[8] one = {ones 8}, float[8, 24] qkv = {ones 192}, float[24] bias = {ones 24}> {
  e = Gather (table, ids)
  s = Add (e, x)
  n = LayerNormalization <axis = -1> (s, one, one)
  a = com.microsoft.Attention <num_heads = 2> (n, qkv, bias)
  m = com.microsoft.MultiHeadAttention <num_heads = 2> (a, a, a)
  l = com.microsoft.SkipLayerNormalization (m, x, one, one)
  y = com.microsoft.BiasGelu (l, one)
  k = Einsum <equation = "bij,bkj->bik"> (l, y)
  t = Attention <q_num_heads = 2, kv_num_heads = 2> (x, x, x)
}"""

_CLASSICAL = """
g (float[N, 4] x) => (y, z) <string[2] words = {"a", "b"}, float[4] mean = {1, 2, 3, 4}> {
  s = ai.onnx.ml.Scaler <offset = [0.0], scale = [1.0]> (x)
  l, p = ai.onnx.ml.LinearClassifier <coefficients = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0],
     classlabels_ints = [0, 1], intercepts = [0.0, 1.0]> (s)
  z = ai.onnx.ml.ZipMap <classlabels_int64s = [0, 1]> (p)
  t = ai.onnx.ml.TreeEnsembleRegressor <n_targets = 1, nodes_treeids = [0, 0, 0],
     nodes_nodeids = [0, 1, 2], nodes_modes = ["BRANCH_LEQ", "LEAF", "LEAF"],
     nodes_truenodeids = [1, 0, 0], nodes_falsenodeids = [2, 0, 0], nodes_featureids = [0, 0, 0],
     nodes_values = [0.5, 0.0, 0.0], target_ids = [0, 0], target_nodeids = [1, 2],
     target_treeids = [0, 0], target_weights = [1.0, 2.0]> (x)
  y = ArgMax (t)
  n = StringNormalizer (words)
  v = TfIdfVectorizer <max_gram_length = 1, max_skip_count = 0, min_gram_length = 1, mode = "TF",
     ngram_counts = [0], ngram_indexes = [0, 1], pool_int64s = [2, 3]> (l)
}"""

_IMAGES = """
g (float[N, 3, 16, 16] x, float[K, 4] boxes) => (y) <float[4, 3, 3, 3] w = {ones 108},
    float[4, 2, 2, 2] tw = {ones 32}, float[4] b = {1, 1, 1, 1}, int64[1] two = {2}> {
  c = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w, b)
  n = BatchNormalization (c, b, b, b, b)
  r = Relu (n)
  p = MaxPool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (r)
  t = ConvTranspose <strides = [2, 2], group = 2> (c, tw)
  u = com.microsoft.FusedConv <activation = "Relu", pads = [1, 1, 1, 1]> (x, w)
  a = GlobalAveragePool (p)
  f = Flatten (a)
  g = Gemm <transB = 1> (f, f)
  i = InstanceNormalization (c, b, b)
  d = DepthToSpace <blocksize = 2> (c)
  e = ReduceMean <axes = [2, 3]> (d)
  y = Softmax (g)
}"""

TEXTS = (
    (17, _BRANCHES),
    (17, _LOOP),
    (16, _SCAN),
    (17, _FUNCTIONS),
    (17, _SEQUENCES),
    (13, _SHAPES),
    (17, _QUANTISED),
    (14, _RECURRENT),
    (23, _ATTENTION),
    (17, _CLASSICAL),
    (17, _IMAGES),
)


def models() -> list[str]:
    """Return the models' texts, ``ones 3`` written out."""
    texts = [_HEAD % opset + text for opset, text in TEXTS]
    return [_ONES.sub(lambda found: ", ".join("1" * int(found[1])), text) for text in texts]
