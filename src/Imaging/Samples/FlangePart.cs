namespace FewShotAD.Imaging.Samples;

/// <summary>A lathe-turned aluminium flange with six bolt holes on a dark rubber mat.</summary>
internal sealed class FlangePart()
    : SamplePart(
        "Sample: aluminium flange",
        "A turned flange with six bolt holes on a dark mat, drawn by the program. Defects: scratches, dents and chipped edges.",
        "scratch", "dent", "chip")
{
    private protected override ISampleScene CreateScene(string? defectType, float severity, Random random)
    {
        FlangeDefect? defect = defectType switch
        {
            "scratch" => new FlangeScratch(severity, random),
            "dent" => new FlangeDent(severity, random),
            "chip" => new FlangeChip(severity, random),
            _ => null,
        };
        return new FlangeScene(random.Next(), defect);
    }
}
