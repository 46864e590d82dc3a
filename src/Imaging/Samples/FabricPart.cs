namespace FewShotAD.Imaging.Samples;

/// <summary>A two-tone technical twill under raking light.</summary>
internal sealed class FabricPart()
    : SamplePart(
        "Sample: woven fabric",
        "A technical twill in two colours, drawn by the program. Defects: broken yarns, stains and foreign fibres.",
        "broken_yarn", "stain", "foreign_fibre")
{
    private protected override ISampleScene CreateScene(string? defectType, float severity, Random random)
    {
        FabricDefect? defect = defectType switch
        {
            "broken_yarn" => new BrokenYarn(severity, random),
            "stain" => new FabricStain(severity, random),
            "foreign_fibre" => new ForeignFibre(severity, random),
            _ => null,
        };
        return new FabricScene(random.Next(), defect);
    }
}
