namespace FewShotAD.Domain.Evaluation;

/// <summary>Where model and truth differ. The truth is what people decided, and the image's label where they have not.</summary>
public enum Mistake
{
    /// <summary>Called a defect, though normal.</summary>
    FalsePositive,

    /// <summary>Called normal, though defective.</summary>
    FalseNegative,
}
