"""All AS2 products that the tests know, by name."""
from support.as2_as2lib import As2Lib, Phase2
from support.as2_camel import Camel
from support.as2_libas2 import LibAs2
from support.as2_openas2 import OpenAs2
from support.as2_pyas2 import Pyas2

PRODUCTS = {product.name: product for product in (OpenAs2, As2Lib, Phase2, Camel, Pyas2, LibAs2)}
