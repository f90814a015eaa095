"""What each hyperparameter does, in a sentence with its source, for docs/hyperparameters.md."""

HEADER = (
    "# Hyperparameters\n\n"
    "<!-- written by scripts/hyperparameters.py from the declarations in fcnn/config -->\n\n"
    "Every key of `model`, `training`, `optimizer`, `schedule` and `dataset`, of which "
    "[Data](data.md) tells more. Names, defaults and meaning are Keras's where Keras has them. "
    "A key at its default changes no fingerprint. *Libraries* lists those that have a key, with "
    "values in brackets where they restrict these values alone; the others refuse it in one "
    "line. *In a program* says whether networks that differ in a key train as one stacked "
    "program: *varies* or *same*; *varies, 0.0 apart* has programs of their own for networks "
    "that leave the term out; what *identifies nothing* changes neither network nor "
    "fingerprint.\n"
)

SENTENCES = {
    "model.hidden_units": "Units of each hidden layer.",
    "model.activation": (
        "Activation of the hidden layers (`keras.activations`). `swish` is `silu`, `hard_swish` is "
        "`hard_silu`; `softmax` and the like act on a whole layer and are no choice."
    ),
    "model.kernel_initializer": (
        "Distribution of the initial kernels: glorot (Glorot and Bengio 2010), he (He et al. "
        "2015), lecun (LeCun et al. 1998), orthogonal (Saxe et al. 2014), or of a size that knows "
        "nothing of the layer (0.05)."
    ),
    "model.bias_initializer": (
        "Initial biases: zeros, or uniform on ±sqrt(6 / (inputs + outputs)) as scikit-learn draws "
        "them (2 instead of 6 for sigmoid)."
    ),
    "model.normalization": (
        "Normalises hidden layers before their activation, over a batch (Ioffe and Szegedy 2015) "
        "or over the units of a layer (Ba et al. 2016)."
    ),
    "model.normalization_momentum": (
        "Share that each update keeps of the moving averages by which batch normalization "
        "computes outside training; `momentum` in Keras. 0.99 lags 100 updates behind."
    ),
    "model.l1": "Penalty on the absolute weights of kernels, added to the loss (Tibshirani 1996).",
    "model.l2": (
        "Penalty on the squared weights of kernels, added to the loss (Krogh and Hertz 1991); "
        "scikit-learn's `alpha` is 2 `batch_size` times it for classes."
    ),
    "model.dropout": ("Share of hidden units that each step leaves out (Srivastava et al. 2014)."),
    "model.gaussian_noise": (
        "Standard deviation of noise that is added to hidden units in training (Bishop 1995)."
    ),
    "training.epochs": "How often all training points are visited.",
    "training.batch_size": "Points of an update; the last batch of an epoch may have fewer.",
    "training.seed": "Seed of initial weights, batch order and masks; by default the data follow.",
    "training.validation_points": "Points on which functions are validated, and as many to test.",
    "training.loss": (
        "What is minimised: `auto` is `mse` for values and `cross_entropy` for classes; `mae`, "
        "`huber` (Huber 1964) and `log_cosh` forgive outliers. Runs are compared by the plain "
        "loss, `score`, all the same."
    ),
    "training.delta": "Error from which `huber` is a straight line.",
    "training.label_smoothing": (
        "Share of the probability of a class that all classes get in equal parts (Szegedy et al. "
        "2016); for classes."
    ),
    "training.class_weight": (
        "`balanced` weighs the points of a class by n / (classes * points of the class) in "
        "training (King and Zeng 2001); for classes."
    ),
    "training.early_stopping.patience": (
        "Ends a training after so many epochs without a lower validation loss, and keeps the best "
        "weights (Prechelt 1998)."
    ),
    "training.early_stopping.min_delta": "By how much the validation loss has to fall to count.",
    "optimizer.learning_rate": "Size of the steps; a schedule starts from it.",
    "optimizer.weight_decay": (
        "Share of the parameters that each update takes off, times the learning rate, beside the "
        "gradient (Loshchilov and Hutter 2019)."
    ),
    "optimizer.decay_biases": "Whether biases decay too, as in Keras.",
    "optimizer.clipnorm": "Largest norm of the gradient of a kernel or bias.",
    "optimizer.clipvalue": "Largest component of the gradient.",
    "optimizer.global_clipnorm": "Largest norm of the whole gradient (Pascanu et al. 2013).",
    "optimizer.momentum": "Share of the previous step that is added to a step (Polyak 1964).",
    "optimizer.nesterov": "Whether momentum looks ahead (Sutskever et al. 2013).",
    "optimizer.beta_1": "Share of the moving average of gradients that is kept.",
    "optimizer.beta_2": "Share of the moving average of squared gradients that is kept.",
    "optimizer.epsilon": "Added to the divisor, against division by zero.",
    "optimizer.amsgrad": "Divides by the largest average so far (Reddi et al. 2018).",
    "optimizer.rho": "Share of the moving average of squared gradients that is kept.",
    "optimizer.centered": "Divides by the deviation of gradients instead of their size.",
    "optimizer.initial_accumulator_value": "What the sum of squared gradients starts from.",
    "optimizer.learning_rate_power": "Power of the sum of squares by which steps are divided.",
    "optimizer.l1_regularization_strength": "Penalty on absolute parameters, of FTRL's own.",
    "optimizer.l2_regularization_strength": "Penalty on squared parameters, of FTRL's own.",
    "optimizer.l2_shrinkage_regularization_strength": "Penalty that only gradients contain.",
    "optimizer.beta": "Added to the root of the sum of squares.",
    "schedule.warmup_epochs": (
        "Epochs in which the rate rises from 0 to `optimizer.learning_rate`; the schedule follows "
        "(Goyal et al. 2017)."
    ),
    "schedule.alpha": "Last rate of a cosine, as a share (Loshchilov and Hutter 2017).",
    "schedule.decay_rate": (
        "exponential: times it in `decay_epochs`, smoothly; step: after each `decay_epochs`; "
        "inverse_time: divided by 1 + it times t / `decay_epochs`."
    ),
    "schedule.decay_epochs": "Length of the decay, in epochs.",
    "schedule.end_learning_rate": "Rate after the last epoch of a polynomial.",
    "schedule.power": "Power of a polynomial; 1 is a straight line.",
    "schedule.power_t": "Power of the points of earlier epochs, plus 1, that divides the rate.",
    "dataset.n_points": "Training points of a function.",
    "dataset.noise": (
        "Standard deviation of the noise on targets that are values, or share of labels that are "
        "flipped."
    ),
    "dataset.seed": "Seed of the sample, or of the split of a table; follows `training.seed`.",
    "dataset.path": "The file: csv, tsv, compressed or not, or Parquet.",
    "dataset.table": "One of scikit-learn's tables; nothing is downloaded.",
    "dataset.target": "Column to predict; a list for a regression of several.",
    "dataset.features": "Columns to predict it from; null: all others.",
    "dataset.task": "What is predicted: a value, or one of two or more classes.",
    "dataset.group": "Column whose rows of one value stay on one side of the split.",
    "dataset.missing": (
        "What becomes of gaps: they are refused, their rows are left out, or they are filled with "
        "the median of the training rows."
    ),
    "dataset.missing_indicator": (
        "A further input for each column with gaps, 1 where one is filled; with "
        "`dataset.missing=median`."
    ),
    "dataset.scaling": (
        "Scales columns to mean 0 and variance 1 (LeCun et al. 1998), to 0 and 1, or not, over the "
        "training rows. A constant column becomes 0, and is named."
    ),
    "dataset.separator": "What stands between the values of a row.",
    "dataset.decimal": "The decimal mark.",
    "dataset.thousands": "What groups the digits of a number.",
    "dataset.encoding": "utf-8, latin-1, cp1252, utf-16, and so on.",
    "dataset.comment": "What a line of comment begins with, or none.",
    "dataset.header": "Whether the first row names the columns.",
    "dataset.day_first": "Whether 1/2/2020 is in February.",
    "dataset.validation_share": "Share of the rows that only validate; 0: the training rows do.",
    "dataset.test_share": "Share of the rows that are looked at once, when a run ends.",
    "dataset.stratify": "Whether each class has the same share of all parts (Kohavi 1995).",
}
