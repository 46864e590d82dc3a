namespace FewShotAD.Domain.Evaluation;

/// <summary>Where a number that was measured on a sample may lie, both ends included.</summary>
public sealed record Interval(double Low, double High)
{
    public double Width => High - Low;
}
