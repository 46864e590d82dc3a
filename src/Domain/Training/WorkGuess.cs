namespace FewShotAD.Domain.Training;

/// <summary>
/// How long pieces of work take before anything was measured: seconds on two processor cores, by docs/speed.md. A run's progress needs
/// only the ratios between its pieces; the queue scales the whole by what the team's last runs took.
/// </summary>
public static class WorkGuess
{
    /// <summary>Reading an image file of a megapixel, writing its map and its heatmap.</summary>
    public const double Files = 0.06;

    /// <summary>Views of a shot that its statistics are made of, itself among them; and of a shot that the line is set with.</summary>
    public const int ViewsPerShot = 22;

    public const int CalibrationViews = 4;

    /// <summary>MobileNetV2's forward pass of an image of 224 pixels.</summary>
    private const double Forward = 0.009;

    public static double TrainingStep(TrainingRecipe recipe) => recipe.BatchSize * (recipe.Method == DetectionMethod.UniAd
        ? Image(recipe) + (0.14 * Area(recipe))
        : 4 * Image(recipe) * (recipe.Shots + 1));

    public static double Training(TrainingRecipe recipe) => recipe.Epochs * recipe.StepsPerEpoch * TrainingStep(recipe);

    /// <summary>Features of the shots and their views, and what is made of them.</summary>
    public static double Fit(TrainingRecipe recipe) => recipe.Method switch
    {
        DetectionMethod.UniAd => 0,
        DetectionMethod.PatchCore => recipe.Shots * ((ViewsPerShot * Image(recipe)) + (0.6 * Area(recipe))),
        _ => recipe.Shots * ((ViewsPerShot * 1.5 * Image(recipe)) + (0.06 * Area(recipe))),
    };

    /// <summary>One held-out shot with its views, and the model without it.</summary>
    public static double Calibration(TrainingRecipe recipe) =>
        ((CalibrationViews + 1) * Score(recipe)) + (recipe.Method == DetectionMethod.UniAd ? 0 : 0.1 * Area(recipe) * recipe.Shots);

    /// <summary>One image.</summary>
    public static double Score(TrainingRecipe recipe) => recipe.Method switch
    {
        DetectionMethod.UniAd => Image(recipe) + (0.03 * Area(recipe)),
        DetectionMethod.PatchCore => Image(recipe) + (0.01 * Area(recipe)),
        _ => 1.5 * Image(recipe),
    };

    /// <summary>A whole run with so many test images.</summary>
    public static double Run(TrainingRecipe recipe, int testImages) =>
        Training(recipe) + Fit(recipe) + (recipe.Shots * Calibration(recipe)) + (testImages * (Score(recipe) + Files));

    private static double Image(TrainingRecipe recipe) => Forward * Area(recipe) * recipe.Backbone switch
    {
        "resnet18" => 5,
        "wide_resnet50_2" => 21,
        "efficientnet_b4" => 5,
        _ => 1,
    };

    private static double Area(TrainingRecipe recipe) => recipe.ImageSize * recipe.ImageSize / (224.0 * 224.0);
}
