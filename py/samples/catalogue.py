"""What is offered: each sample's name, what it is exactly, and where its declaration comes from."""

from collections.abc import Callable
from dataclasses import dataclass

from py.samples.network import Network
from py.samples.networks.classic import alexnet, nin, overfeat, vgg16
from py.samples.networks.googlenet import googlenet
from py.samples.networks.mobile import mobilenet_v2, shufflenet_v2
from py.samples.networks.resnet import resnet18, resnet50
from py.samples.networks.small import cifar10_6conv, lenet5
from py.samples.networks.squeezenet import squeezenet1_0, squeezenet1_1


@dataclass(frozen=True, slots=True)
class Sample:
    """A network on offer. ``zeros`` is its name in the reference of zero fractions, if there."""

    declare: Callable[[], Network]
    name: str
    about: str
    source: str
    zeros: str | None = None

    @property
    def id(self) -> str:
        return self.declare.__name__

    @property
    def file(self) -> str:
        return f"{self.id}.onnx"

    @property
    def density_file(self) -> str | None:
        return f"{self.id}.density.json" if self.zeros else None

    def as_json(self) -> dict[str, str | None]:
        """Return the sample's entry in index.json."""
        return {
            "id": self.id,
            "name": self.name,
            "file": self.file,
            "density": self.density_file,
            "about": self.about,
            "source": self.source,
        }


SAMPLES = (
    Sample(
        alexnet,
        "AlexNet",
        "The grouped original as in Caffe, 227 x 227: convolutions 2, 4 and 5 in two groups, local "
        "response normalisation before pooling. Dropout and the softmax are left out.",
        "Krizhevsky, Sutskever, Hinton 2012; layer names and sizes of Caffe's bvlc_alexnet",
        zeros="AlexNet",
    ),
    Sample(
        vgg16,
        "VGG-16",
        "Configuration D, 224 x 224. Dropout and the softmax are left out.",
        "Simonyan, Zisserman 2014 (arXiv:1409.1556), table 1",
        zeros="VGG16",
    ),
    Sample(
        googlenet,
        "GoogLeNet",
        "With local response normalisation, 224 x 224. The two auxiliary heads that only training "
        "uses, dropout and the softmax are left out.",
        "Szegedy et al. 2014 (arXiv:1409.4842), table 1; layer names of Caffe's bvlc_googlenet",
        zeros="GoogleNet",
    ),
    Sample(
        squeezenet1_0,
        "SqueezeNet 1.0",
        "The first version, 227 x 227. As in the released file, the 1 x 1 convolution conv10 is "
        "padded by 1, so its output is 15 x 15. Dropout and the softmax are left out.",
        "Iandola et al. 2016 (arXiv:1602.07360); github.com/forresti/SqueezeNet, SqueezeNet_v1.0",
    ),
    Sample(
        squeezenet1_1,
        "SqueezeNet 1.1",
        "The lighter version, 227 x 227. Dropout and the softmax are left out.",
        "Iandola et al. 2016; github.com/forresti/SqueezeNet, SqueezeNet_v1.1",
        zeros="SqueezeNet",
    ),
    Sample(
        resnet18,
        "ResNet-18",
        "The smallest of the first version; projections are 1x1 convolutions of stride 2.",
        "He, Zhang, Ren, Sun 2015 (arXiv:1512.03385), table 1, option B",
    ),
    Sample(
        resnet50,
        "ResNet-50",
        "The first version (v1), 224 x 224: a block that halves the map does so in its first 1 x 1 "
        "convolution, not in its 3 x 3 as v1.5 does. Batch normalisation stands as nodes of its "
        "own.",
        "He, Zhang, Ren, Sun 2015 (arXiv:1512.03385), table 1; layer names of the released Caffe "
        "model",
    ),
    Sample(
        mobilenet_v2,
        "MobileNetV2",
        "Width 1.0, 224 x 224. Batch normalisation stands as nodes of its own; ReLU6 is Clip.",
        "Sandler et al. 2018 (arXiv:1801.04381), table 2",
    ),
    Sample(
        shufflenet_v2,
        "ShuffleNetV2 1x",
        "Width 1x, 224 x 224. The channel split is Split, the shuffle Reshape, Transpose, Reshape.",
        "Ma, Zhang, Zheng, Sun 2018 (arXiv:1807.11164), table 5",
    ),
    Sample(
        nin,
        "NIN",
        "Network in Network, the ImageNet model, 224 x 224. Dropout and the softmax are left out.",
        "Lin, Chen, Yan 2013 (arXiv:1312.4400); sizes of the Caffe model zoo's NIN-ImageNet, since "
        "the paper gives none for ImageNet",
    ),
    Sample(
        overfeat,
        "OverFeat (fast)",
        "The fast model, 231 x 231. Dropout and the softmax are left out.",
        "Sermanet et al. 2013 (arXiv:1312.6229), table 1",
    ),
    Sample(
        cifar10_6conv,
        "CIFAR10-6conv",
        "Six 3 x 3 convolutions (2 x 128, 2 x 256, 2 x 512), a 2 x 2 max pooling after every "
        "second, fully connected 1024, 1024, 10; 32 x 32. NeuralPower (Cai et al. 2017) measures a "
        "network of this name and cites Courbariaux et al. 2015 for it, but prints no layer sizes; "
        "widths, kernels and pools are those of the cited paper. Ours: convolutions padded by 1, "
        "since the cited paper's sentence gives no padding; its batch normalisation left out, "
        "since NeuralPower models convolution, pooling and fully connected layers only.",
        "Courbariaux, Bengio, David 2015, BinaryConnect (arXiv:1511.00363), its CIFAR-10 network; "
        "named in Cai et al. 2017, NeuralPower (arXiv:1710.05420)",
    ),
    Sample(
        lenet5,
        "LeNet-5",
        "32 x 32, tanh, average pooling for the trained subsampling, and every map of S2 feeding "
        "every map of C3, where the paper connects some of them; the output is a fully connected "
        "layer instead of radial basis functions.",
        "LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document "
        "recognition, figure 2",
    ),
)
