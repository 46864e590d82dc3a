namespace FewShotAD.Portal.Features.Results;

/// <summary>How heatmaps are drawn: a person's own choice, kept in their browser and the same in the grid and on one image (<c>/js/look.js</c>).</summary>
/// <param name="Opacity">Percent.</param>
/// <param name="Beside">A support shot stands beside the image.</param>
public sealed record HeatmapLook(int Opacity, string ColourMap, bool Heatmap, bool Contour, bool Beside)
{
    public static HeatmapLook Default { get; } = new(60, "turbo", Heatmap: true, Contour: true, Beside: false);

    /// <summary>As a stage or a grid takes it.</summary>
    public object Drawn(bool mask = false) => new { heatmap = Heatmap && Opacity > 0, opacity = Opacity / 100.0, colourMap = ColourMap, contour = Contour, mask };
}
